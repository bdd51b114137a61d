"""The names that other engines' extensions have, by what they mean there.

Camunda 7, Operaton, Activiti and Flowable are of one origin and share most names. Their names come from the
constants of their own readers and model classes, those of jBPM and SpiffWorkflow from their schemas.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class ForeignMeaning(StrEnum):
    """What an extension is about in its engine."""

    ASSIGNEE = "assignee"
    CANDIDATES = "candidates"
    OWNER = "owner"
    DATES = "dates"
    CALENDAR = "calendar"
    PRIORITY = "priority"
    FORM = "form"
    INSTRUCTIONS = "instructions"
    INITIATOR = "initiator"
    CODE = "code"
    WORKER = "worker"
    WORK_SETTINGS = "work settings"
    RESULT = "result"
    SCRIPT = "script"
    DECISION = "decision"
    RULES = "rules"
    LISTENER = "listener"
    MAPPING = "mapping"
    CALL = "call"
    CALLED_CASE = "called case"
    INSTANCES = "instances"
    SKIP = "skip"
    ERROR_VALUES = "error values"
    EVENT = "event"
    START = "start"
    SCHEDULING = "scheduling"
    RETRY = "retry"
    TERMINATION = "termination"
    VARIABLES = "variables"
    GUESTS = "guests"
    AD_HOC = "ad hoc"
    CASE_SETTINGS = "case settings"
    ORDER = "order"
    UNKNOWN = "unknown"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _names(**groups: str) -> dict[str, ForeignMeaning]:
    """The meaning of each name; the groups are called like the meanings and list names between spaces."""
    return {name: ForeignMeaning[group] for group, names in groups.items() for name in names.split()}


@dataclass(frozen=True, kw_only=True)
class Engine:
    """An engine's name, and its extension elements and attributes by name.

    `notes` are for people and tools; `note_values` are pairs of a name and the value with which it is one.
    """

    name: str
    names: Mapping[str, ForeignMeaning]
    notes: frozenset[str] = frozenset()
    note_values: frozenset[tuple[str, str]] = frozenset()


_OF_ONE_ORIGIN = _names(
    ASSIGNEE="assignee",
    CANDIDATES="candidateGroups candidateUsers customResource task-candidates-type",
    OWNER="owner",
    DATES="dueDate followUpDate",
    CALENDAR="businessCalendarName",
    PRIORITY="priority",
    FORM="formKey formRef formRefBinding formRefVersion formHandlerClass formFieldValidation formData "
    "formProperty work-form-field-validation",
    INITIATOR="initiator",
    CODE="class delegateExpression expression connector type extensionId httpRequestHandler "
    "httpResponseHandler",
    WORKER="topic",
    WORK_SETTINGS="field parallelInSameTransaction triggerable",
    RESULT="resultVariable resultVariableName useLocalScopeForResultVariable storeResultVariableAsTransient",
    SCRIPT="resource autoStoreVariables script doNotIncludeVariables skipScript",
    DECISION="decisionRef decisionRefBinding decisionRefVersion decisionRefVersionTag decisionRefTenantId "
    "mapDecisionResult decisionTaskThrowErrorOnNoHits",
    RULES="ruleVariablesInput rules exclude",
    LISTENER="executionListener taskListener eventListener startListener endListener",
    MAPPING="inputOutput in out eventInParameter eventOutParameter",
    CALL="calledElementBinding calledElementVersion calledElementVersionTag calledElementTenantId "
    "calledElementType businessKey inheritBusinessKey inheritVariables sameDeployment "
    "fallbackToDefaultTenant processInstanceName processInstanceIdVariableName idVariableName "
    "useLocalScopeForOutParameters completeAsync variableMappingClass variableMappingDelegateExpression",
    CALLED_CASE="caseRef caseBinding caseVersion caseTenantId caseDefinitionKey caseInstanceName",
    INSTANCES="collection elementVariable elementIndexVariable variableAggregation noWaitStatesAsyncLeave",
    SKIP="skipExpression",
    ERROR_VALUES="errorCodeVariable errorMessageVariable errorMessage escalationCodeVariable "
    "errorEventDefinition mapException errorVariableName errorVariableTransient errorVariableLocalScope",
    EVENT="messageExpression signalExpression scope variableName variableEvents eventType triggerEventType "
    "eventName eventCorrelationParameter triggerEventCorrelationParameter sendSynchronously channelKey "
    "channelName channelType channelDestination startEventCorrelationConfiguration endDate "
    "correlationKey keyDetectionType keyDetectionValue messageKey variableChangeType systemChannel",
    START="candidateStarterUsers candidateStarterGroups potentialStarter isStartableInTasklist formSupported",
    SCHEDULING="async asyncBefore asyncAfter asyncLeave asyncLeaveExclusive exclusive jobPriority "
    "taskPriority jobCategory",
    RETRY="failedJobRetryTimeCycle",
    TERMINATION="terminateAll terminateMultiInstance",
    VARIABLES="taskIdVariableName activeTaskIdVariableName taskCompleterVariableName value",
)

_NOTES_OF_ONE_ORIGIN = _words(
    "versionTag historyTimeToLive modelerTemplate modelerTemplateVersion modelerTemplateIcon category "
    "properties diagramRelationId localization isEagerExecutionFetching includeInHistory historyLevel "
    "palette stencilId exporter exporterVersion"
)

_JBPM = _names(
    WORKER="taskName",
    RULES="ruleFlowGroup ruleLanguage",
    LISTENER="onEntry-script onExit-script",
    SCRIPT="script global",
    CALL="independent waitForCompletion",
    ORDER="priority",
    AD_HOC="adHoc dynamic autoStart",
    CASE_SETTINGS="metaData deadline",
    EVENT="eventType timeZone",
)

_SPIFFWORKFLOW = _names(
    CODE="serviceTaskOperator",
    SCRIPT="preScript postScript scriptsOnInstances",
    DECISION="calledDecisionId",
    FORM="properties signalButtonLabel",
    INSTRUCTIONS="instructionsForEndUser guestConfirmation",
    GUESTS="allowGuest",
    EVENT="messagePayload messageVariable payloadExpression processVariableCorrelation isMatchingCorrelation",
    RESULT="variableName",
    VARIABLES="taskMetadataValues isOutputSynced",
    CANDIDATES="lanes laneOwners",
)


def _of_one_origin(name: str) -> Engine:
    return Engine(name=name, names=_OF_ONE_ORIGIN, notes=_NOTES_OF_ONE_ORIGIN)


_CAMUNDA = _of_one_origin("Camunda 7")
_OPERATON = _of_one_origin("Operaton")
_DROOLS = Engine(
    name="jBPM",
    names=_JBPM,
    notes=_words(
        "x y width height bendpoints bgcolor bordercolor fontcolor fontsize color_background selectable "
        "isselectable packageName version import scriptFormat ProcessAnalysisData msgref msgname dtype "
        "esccode erefname serviceoperation serviceinterface displayName signalRefName taskIcon"
    ),
    note_values=frozenset(
        {
            ("metaData", "elementname"),
            ("metaData", "customDescription"),
            ("metaData", "customTags"),
            ("metaData", "customCaseIdPrefix"),
            ("priority", "1"),
        }
    ),
)

ENGINES: Mapping[str, Engine] = {
    "http://camunda.org/schema/1.0/bpmn": _CAMUNDA,
    "http://www.camunda.com/fox": _CAMUNDA,
    "http://operaton.org/schema/1.0/bpmn": _OPERATON,
    "http://www.operaton.com/fox": _OPERATON,
    "http://activiti.org/bpmn": _of_one_origin("Activiti"),
    "http://flowable.org/bpmn": _of_one_origin("Flowable"),
    "http://www.jboss.org/drools": _DROOLS,
    "http://www.jboss.org/drools/flow/gpd": _DROOLS,
    "http://spiffworkflow.org/bpmn/schema/1.0/core": Engine(
        name="SpiffWorkflow", names=_SPIFFWORKFLOW, notes=frozenset({"unitTests", "category"})
    ),
}
"""The engines whose extensions are known, by the namespace of these."""

BY_VALUE: Mapping[tuple[str, str], ForeignMeaning] = {
    ("type", "external"): ForeignMeaning.WORKER,
    ("type", "external-worker"): ForeignMeaning.WORKER,
    ("type", "dmn"): ForeignMeaning.DECISION,
    ("type", "case"): ForeignMeaning.CALLED_CASE,
    ("type", "send-event"): ForeignMeaning.EVENT,
}
"""Attributes whose value says what they are about."""

OF_ONE_ORIGIN = frozenset(
    namespace for namespace, engine in ENGINES.items() if engine.names is _OF_ONE_ORIGIN
)
"""The namespaces of Camunda 7, Operaton, Activiti and Flowable."""

WITHOUT_EFFECT = frozenset(
    {
        ("async", "false"),
        ("asyncBefore", "false"),
        ("asyncAfter", "false"),
        ("asyncLeave", "false"),
        ("exclusive", "true"),
        ("isStartableInTasklist", "true"),
        ("formSupported", "true"),
        ("inheritVariables", "false"),
        ("inheritBusinessKey", "false"),
        ("calledElementBinding", "deployment"),
        ("decisionRefBinding", "deployment"),
        ("sameDeployment", "true"),
        ("triggerable", "false"),
        ("terminateAll", "false"),
        ("terminateMultiInstance", "false"),
        ("autoStoreVariables", "false"),
        ("formFieldValidation", "false"),
        ("independent", "false"),
        ("waitForCompletion", "true"),
        ("adHoc", "false"),
        ("allowGuest", "false"),
        ("scope", "global"),
        ("scriptsOnInstances", "false"),
    }
)
"""Attributes with the value that says what is done here anyway."""

IN_DIALECT = (
    "http://camunda.org/schema/zeebe/",
    "http://camunda.org/schema/modeler/",
    "http://bpmn.io/schema/bpmn/biocolor/",
    "http://www.omg.org/spec/",
    "http://www.w3.org/",
)
"""How the namespaces begin that the dialect's own modelers write."""

DRAWING_TOOLS = (
    "http://www.signavio.com",
    "http://www.bpsim.org/",
    "http://bpmn.sourceforge.net",
    "http://activiti.com/modeler",
    "http://flowable.org/modeler",
    "http://flowable.org/design",
    "http://www.bizagi.com/",
    "http://www.trisotech.com/",
    "http://www.boc-group.com",
    "http://www.boc-eu.com",
    "http://www.sparxsystems.com",
    "http://www.visual-paradigm.com",
    "http://www.yworks.com",
    "http://sourceforge.net/bpmn/",
    "http://www.eclipse.org/bpmn2/",
    "http://org.eclipse.bpmn2/",
)
"""How the namespaces begin in which drawing and simulating tools leave their own notes."""
