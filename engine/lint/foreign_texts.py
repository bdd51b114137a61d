"""What the extensions of other engines would have done there, and how the same is said in our dialect."""

from collections.abc import Mapping
from dataclasses import dataclass

from engine.bpmn.foreign_names import ForeignMeaning
from engine.lint.finding import Text


@dataclass(frozen=True)
class ForeignText:
    """What an extension does in its engine, as it follows the engine's name; and what to do here."""

    does: Text
    here: Text


def _text(does_el: str, does_en: str, here_el: str, here_en: str) -> ForeignText:
    return ForeignText(Text(el=does_el, en=does_en), Text(el=here_el, en=here_en))


_M = ForeignMeaning

FOREIGN_TEXTS: Mapping[ForeignMeaning, ForeignText] = {
    _M.ASSIGNEE: _text(
        "αναθέτει την εργασία σε ένα πρόσωπο",
        "assigns the task to a person",
        "Γράψτε το ως zeebe:assignmentDefinition assignee.",
        "Write it as zeebe:assignmentDefinition assignee.",
    ),
    _M.CANDIDATES: _text(
        "ορίζει ποιοι μπορούν να αναλάβουν την εργασία",
        "says who may claim the task",
        "Γράψτε το ως zeebe:assignmentDefinition candidateGroups ή candidateUsers.",
        "Write it as zeebe:assignmentDefinition candidateGroups or candidateUsers.",
    ),
    _M.OWNER: _text(
        "ορίζει τον κάτοχο της εργασίας",
        "says who owns the task",
        "Αφαιρέστε το· μια εργασία έχει εδώ μόνο υπεύθυνο και υποψηφίους.",
        "Remove it; a task has only an assignee and candidates here.",
    ),
    _M.DATES: _text(
        "θέτει την προθεσμία ή την υπενθύμιση της εργασίας",
        "sets the task's due or follow-up date",
        "Γράψτε το ως zeebe:taskSchedule dueDate ή followUpDate.",
        "Write it as zeebe:taskSchedule dueDate or followUpDate.",
    ),
    _M.CALENDAR: _text(
        "υπολογίζει την προθεσμία με δικό του ημερολόγιο",
        "counts the date by a calendar of its own",
        "Γράψτε την προθεσμία ως FEEL, π.χ. =stoa.working_days(5).",
        "Write the date as FEEL, for example =stoa.working_days(5).",
    ),
    _M.PRIORITY: _text(
        "θέτει την προτεραιότητα της εργασίας",
        "sets the task's priority",
        "Γράψτε το ως zeebe:priorityDefinition priority, 0 έως 100.",
        "Write it as zeebe:priorityDefinition priority, 0 to 100.",
    ),
    _M.FORM: _text(
        "δείχνει μια δική του φόρμα",
        "shows a form of its own",
        "Σχεδιάστε τη φόρμα ως αρχείο .form και ονομάστε τη σε zeebe:formDefinition formId.",
        "Draw the form as a .form file and name it in zeebe:formDefinition formId.",
    ),
    _M.INSTRUCTIONS: _text(
        "δείχνει οδηγίες σε όποιον έχει την εργασία",
        "shows instructions to whoever has the task",
        "Γράψτε τις οδηγίες στη φόρμα της εργασίας.",
        "Write the instructions into the task's form.",
    ),
    _M.INITIATOR: _text(
        "κρατά σε μεταβλητή ποιος άνοιξε την υπόθεση",
        "keeps in a variable who started the case",
        "Διαβάστε το από stoa.case ή stoa.parties, και αφαιρέστε το.",
        "Read it from stoa.case or stoa.parties, and remove it.",
    ),
    _M.CODE: _text(
        "εκτελεί κώδικα, έκφραση ή ενσωματωμένη ενέργεια",
        "runs code, an expression or a built-in action",
        "Δώστε του zeebe:taskDefinition με τύπο που εξυπηρετεί κάποιος φορέας, ή zeebe:script με FEEL.",
        "Give it a zeebe:taskDefinition of a type that somebody serves, or a zeebe:script with FEEL.",
    ),
    _M.WORKER: _text(
        "δίνει τη δουλειά σε εξωτερικό εκτελεστή",
        "hands the work to an external worker",
        "Γράψτε το ως zeebe:taskDefinition type.",
        "Write it as zeebe:taskDefinition type.",
    ),
    _M.WORK_SETTINGS: _text(
        "δίνει ρυθμίσεις στη δουλειά",
        "gives settings to the work",
        "Γράψτε τις ως zeebe:taskHeaders ή zeebe:ioMapping της εργασίας υπηρεσίας.",
        "Write them as zeebe:taskHeaders or zeebe:ioMapping of the service task.",
    ),
    _M.RESULT: _text(
        "κρατά το αποτέλεσμα σε αυτή τη μεταβλητή",
        "keeps the result in this variable",
        "Γράψτε τη ως resultVariable του zeebe:script ή zeebe:calledDecision, ή ως έξοδο zeebe:ioMapping.",
        "Write it as resultVariable of zeebe:script or zeebe:calledDecision, or as a zeebe:ioMapping output.",
    ),
    _M.SCRIPT: _text(
        "εκτελεί δέσμη ενεργειών ή της δίνει δεδομένα",
        "runs a script, or gives it data",
        "Γράψτε τη ως FEEL σε zeebe:script εργασίας δέσμης ενεργειών, ή σε zeebe:ioMapping.",
        "Write it as FEEL in the zeebe:script of a script task, or in a zeebe:ioMapping.",
    ),
    _M.DECISION: _text(
        "καλεί μια απόφαση DMN",
        "calls a DMN decision",
        "Γράψτε το ως zeebe:calledDecision decisionId και resultVariable.",
        "Write it as zeebe:calledDecision decisionId and resultVariable.",
    ),
    _M.RULES: _text(
        "εκτελεί κανόνες δικής του γλώσσας",
        "fires rules of a language of its own",
        "Γράψτε τους κανόνες ως πίνακα DMN και καλέστε τον με zeebe:calledDecision.",
        "Write the rules as a DMN table and call it by zeebe:calledDecision.",
    ),
    _M.LISTENER: _text(
        "εκτελεί κώδικα πριν, μετά ή κατά την αλλαγή του στοιχείου",
        "runs code before, after or at a change of the element",
        "Σχεδιάστε ό,τι κάνει ως εργασία υπηρεσίας ή δέσμης ενεργειών δίπλα στο στοιχείο.",
        "Draw what it does as a service or script task beside the element.",
    ),
    _M.MAPPING: _text(
        "μεταφέρει μεταβλητές προς τα μέσα ή προς τα έξω",
        "carries variables in or out",
        "Γράψτε το ως zeebe:ioMapping με FEEL.",
        "Write it as zeebe:ioMapping with FEEL.",
    ),
    _M.CALL: _text(
        "λέει πώς καλείται η άλλη διαδικασία και τι της δίνεται",
        "says how the other process is called and what it is given",
        "Γράψτε το ως zeebe:calledElement· η έκδοση που καλείται είναι πάντα εκείνη με την οποία "
        "δημοσιεύθηκε.",
        "Write it as zeebe:calledElement; the version called is always the one it was published with.",
    ),
    _M.CALLED_CASE: _text(
        "ανοίγει υπόθεση CMMN",
        "opens a CMMN case",
        "Σχεδιάστε την ως διαδικασία BPMN και καλέστε τη.",
        "Draw it as a BPMN process and call that.",
    ),
    _M.INSTANCES: _text(
        "λέει για ποια στοιχεία επαναλαμβάνεται η δραστηριότητα",
        "says for which items the activity is repeated",
        "Γράψτε το ως zeebe:loopCharacteristics inputCollection και inputElement.",
        "Write it as zeebe:loopCharacteristics inputCollection and inputElement.",
    ),
    _M.SKIP: _text(
        "παραλείπει το στοιχείο όταν ισχύει μια συνθήκη",
        "leaves the element out when a condition holds",
        "Σχεδιάστε αποκλειστική πύλη που το παρακάμπτει.",
        "Draw an exclusive gateway that leads around it.",
    ),
    _M.ERROR_VALUES: _text(
        "γεννά σφάλματα ή κρατά τον κωδικό και το μήνυμά τους σε μεταβλητές",
        "raises errors, or keeps their code and message in variables",
        "Πιάστε κάθε κωδικό με δικό του συμβάν ορίου, και αφαιρέστε το.",
        "Catch each code by a boundary event of its own, and remove it.",
    ),
    _M.EVENT: _text(
        "λέει τι περιμένει ή τι στέλνει το συμβάν",
        "says what the event waits for or sends",
        "Γράψτε το με μήνυμα, σήμα ή συνθήκη του BPMN και zeebe:subscription.",
        "Write it with a message, signal or condition of BPMN and a zeebe:subscription.",
    ),
    _M.START: _text(
        "ορίζει ποιος μπορεί να αρχίσει τη διαδικασία",
        "says who may start the process",
        "Αφαιρέστε το· ποιος ανοίγει υποθέσεις το λένε οι ρόλοι και το procedure.yaml.",
        "Remove it; roles and procedure.yaml say who opens cases.",
    ),
    _M.SCHEDULING: _text(
        "χωρίζει την εκτέλεση σε συναλλαγές και ορίζει τη σειρά τους",
        "splits the run into transactions and orders them",
        "Αφαιρέστε το· εδώ κάθε βήμα είναι μία συναλλαγή.",
        "Remove it; every step is one transaction here.",
    ),
    _M.RETRY: _text(
        "λέει πόσες φορές και πότε επαναλαμβάνεται ό,τι απέτυχε",
        "says how often and when what failed is tried again",
        "Γράψτε τις φορές ως zeebe:taskDefinition retries· τα διαστήματα τα ορίζει ο εκτελεστής.",
        "Write the number as zeebe:taskDefinition retries; the worker knows the intervals.",
    ),
    _M.TERMINATION: _text(
        "τερματίζει και ό,τι υπάρχει έξω από το επίπεδο",
        "ends what is outside its level too",
        "Σηκώστε σφάλμα και πιάστε το έξω, με συμβάν τερματισμού στο τέλος.",
        "Raise an error and catch it outside, with a terminate end behind it.",
    ),
    _M.VARIABLES: _text(
        "γράφει μεταβλητές για την εργασία",
        "writes variables about the task",
        "Γράψτε τις με zeebe:ioMapping.",
        "Write them by a zeebe:ioMapping.",
    ),
    _M.GUESTS: _text(
        "δίνει την εργασία και σε όποιον δεν έχει συνδεθεί",
        "gives the task to people who have not signed in too",
        "Χρησιμοποιήστε συμβάν μηνύματος με stoa:desk-action για τον πολίτη.",
        "Use a message event with stoa:desk-action for the citizen.",
    ),
    _M.AD_HOC: _text(
        "αρχίζει όποια στοιχεία δεν έχουν εισερχόμενη ροή, με όποια σειρά",
        "starts the elements without an incoming flow, in any order",
        "Σχεδιάστε υποδιαδικασία ad hoc.",
        "Draw an ad-hoc sub-process.",
    ),
    _M.CASE_SETTINGS: _text(
        "αλλάζει πότε αρχίζει, πότε λήγει ή ποιον αφορά το στοιχείο",
        "changes when the element starts, when it is due or whom it concerns",
        "Γράψτε το με χρονόμετρο, zeebe:taskSchedule ή zeebe:assignmentDefinition.",
        "Write it by a timer, a zeebe:taskSchedule or a zeebe:assignmentDefinition.",
    ),
    _M.ORDER: _text(
        "ορίζει με ποια σειρά εξετάζονται οι ροές μιας πύλης",
        "says in which order the flows of a gateway are looked at",
        "Βάλτε τις ροές στο αρχείο με τη σειρά τους, ή γράψτε συνθήκες που αποκλείουν η μία την άλλη.",
        "Put the flows in that order in the file, or write conditions that exclude each other.",
    ),
    _M.UNKNOWN: _text(
        "ίσως κάνει κάτι που εδώ δεν είναι γνωστό",
        "may do something that is not known here",
        "Βρείτε στην τεκμηρίωση της μηχανής τι κάνει, γράψτε το στη διάλεκτο ή αφαιρέστε το.",
        "Look up in that engine's documentation what it does, say it in the dialect, or remove it.",
    ),
}
"""Of every meaning; the rules of other engines' extensions speak with these."""
