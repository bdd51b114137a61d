// Element templates: what an analyst draws again and again here, with what it needs and what that is for.

type Language = "el" | "en";
type Words = { el: string; en: string };

interface Field {
  label: Words;
  help?: Words;
  value?: string;
  choices?: { value: string; name: Words }[];
  binding: object;
  isHidden?: boolean;
  isNeeded?: boolean;
}

interface Template {
  id: string;
  name: Words;
  help: Words;
  applies: string[];
  becomes: string;
  event?: string;
  fields: Field[];
}

const property = (name: string): object => ({ type: "zeebe:property", name });
const header = (key: string): object => ({ type: "zeebe:taskHeader", key });
const topic = (value: string): Field => ({ label: { el: "Θέμα", en: "Topic" }, value, isHidden: true, binding: { type: "zeebe:taskDefinition", property: "type" } });
const english: Field = {
  label: { el: "Όνομα στα αγγλικά", en: "Name in English" },
  binding: property("stoa:name-en"),
  isNeeded: true,
};
const call = (part: string): Field => ({ label: { el: "Κοινό τμήμα", en: "Shared part" }, value: part, isHidden: true, binding: { type: "zeebe:calledElement", property: "processId" } });
const ACTIVITIES = ["bpmn:Task", "bpmn:ServiceTask"];
const CALLS = ["bpmn:Task", "bpmn:CallActivity"];

const ALL: Template[] = [
  {
    id: "stoa.agency-task",
    name: { el: "Αίτημα προς φορέα", en: "Agency task" },
    help: { el: "Ένας φορέας παίρνει το αίτημα και απαντά. Γράψτε στις εισόδους τι βλέπει.", en: "An agency gets the request and answers. Its inputs say what it sees." },
    applies: ACTIVITIES,
    becomes: "bpmn:ServiceTask",
    fields: [
      english,
      {
        label: { el: "Θέμα", en: "Topic" },
        help: { el: "Όπως στο μητρώο θεμάτων, π.χ. municipality.residence.", en: "As the register of topics has it, such as municipality.residence." },
        binding: { type: "zeebe:taskDefinition", property: "type" },
        isNeeded: true,
      },
      {
        label: { el: "Φόρμα απάντησης", en: "Answer form" },
        help: { el: "Το id μιας φόρμας της διαδικασίας. Η απάντηση ελέγχεται με αυτήν.", en: "The id of a form of the procedure. Answers are judged by it." },
        binding: property("stoa:answer-form"),
      },
      {
        label: { el: "Ποια έγγραφα βλέπει", en: "Documents it reads" },
        value: "all",
        choices: [
          { value: "all", name: { el: "Όλα της υπόθεσης", en: "All of the case" } },
          { value: "none", name: { el: "Κανένα", en: "None" } },
        ],
        binding: property("stoa:documents"),
      },
    ],
  },
  {
    id: "stoa.payment",
    name: { el: "Πληρωμή τέλους", en: "Payment" },
    help: { el: "Η υπόθεση περιμένει μέχρι να πληρωθεί το τέλος, ή συνεχίζει αν δεν οφείλεται.", en: "The case waits until the fee is paid, and goes on at once where nothing is due." },
    applies: ACTIVITIES,
    becomes: "bpmn:ServiceTask",
    fields: [
      english,
      topic("stoa:payment"),
      {
        label: { el: "Τέλος", en: "Fee" },
        help: { el: "Το id του τέλους στο procedure.yaml.", en: "The id of the fee in procedure.yaml." },
        binding: header("fee"),
        isNeeded: true,
      },
    ],
  },
  {
    id: "stoa.appointment",
    name: { el: "Ραντεβού", en: "Appointment" },
    help: { el: "Ο πολίτης διαλέγει ώρα και έρχεται. Η υπόθεση περιμένει μέχρι να τελειώσει το ραντεβού.", en: "The citizen chooses a time and comes. The case waits until it is over." },
    applies: ACTIVITIES,
    becomes: "bpmn:ServiceTask",
    fields: [
      english,
      topic("stoa:appointment"),
      {
        label: { el: "Υπηρεσία", en: "Service" },
        help: { el: "Το κλειδί της στο πρόγραμμα του ΚΕΠ.", en: "Its key in the schedule of the branch." },
        binding: header("service"),
        isNeeded: true,
      },
      {
        label: { el: "Το πολύ σε", en: "At most from now" },
        help: { el: "Διάρκεια σε ημέρες, π.χ. P30D.", en: "A duration in days, such as P30D." },
        value: "P30D",
        binding: header("within"),
      },
    ],
  },
  {
    id: "stoa.supplement",
    name: { el: "Συμπλήρωση δικαιολογητικών", en: "Supplement" },
    help: { el: "Κοινό τμήμα: ζητούνται δικαιολογητικά από τον πολίτη και η προθεσμία αναστέλλεται.", en: "A shared part: the citizen is asked for papers, and the term rests." },
    applies: CALLS,
    becomes: "bpmn:CallActivity",
    fields: [english, call("supplement@1")],
  },
  {
    id: "stoa.pickup",
    name: { el: "Παραλαβή", en: "Pickup" },
    help: { el: "Κοινό τμήμα: ο πολίτης ειδοποιείται και παραλαμβάνει.", en: "A shared part: the citizen is told, and collects." },
    applies: CALLS,
    becomes: "bpmn:CallActivity",
    fields: [english, call("pickup@1")],
  },
  {
    id: "stoa.document",
    name: { el: "Έκδοση εγγράφου", en: "Issue a document" },
    help: { el: "Ο υπάλληλος εκδίδει το έγγραφο και η πράξη ολοκληρώνει την προθεσμία.", en: "A clerk issues the document, which ends the term." },
    applies: ["bpmn:Task", "bpmn:UserTask"],
    becomes: "bpmn:UserTask",
    fields: [
      english,
      {
        label: { el: "Φόρμα", en: "Form" },
        help: { el: "Το id της φόρμας που συμπληρώνει ο υπάλληλος, με πεδίο αρχείου.", en: "The id of the form that the clerk fills in, with a field for the file." },
        binding: { type: "zeebe:formDefinition", property: "formId" },
        isNeeded: true,
      },
      { label: { el: "Ποιοι το κάνουν", en: "Who does it" }, value: "clerk", binding: { type: "zeebe:assignmentDefinition", property: "candidateGroups" } },
      {
        label: { el: "Ορόσημο", en: "Milestone" },
        value: "decided",
        choices: [
          { value: "decided", name: { el: "Η απόφαση λήφθηκε", en: "Decided" } },
          { value: "delivered", name: { el: "Η πράξη παραδόθηκε", en: "Delivered" } },
        ],
        binding: property("stoa:milestone"),
      },
      { label: { el: "Εργασία", en: "Task" }, isHidden: true, binding: { type: "zeebe:userTask" } },
    ],
  },
  {
    id: "stoa.legal-timer",
    name: { el: "Νόμιμη προθεσμία", en: "Legal timer" },
    help: { el: "Χτυπά στο τέλος της τελευταίας ημέρας της προθεσμίας του νόμου, όπου κι αν μετακινηθεί.", en: "Fires at the end of the last day of the term of law, wherever that moves." },
    applies: ["bpmn:BoundaryEvent", "bpmn:IntermediateCatchEvent", "bpmn:IntermediateThrowEvent"],
    becomes: "bpmn:BoundaryEvent",
    event: "bpmn:TimerEventDefinition",
    fields: [
      english,
      { label: { el: "Ρολόι", en: "Clock" }, value: "legal", isHidden: true, binding: property("stoa:clock") },
      { label: { el: "Πότε", en: "When" }, value: "=stoa.term_end()", isHidden: true, binding: { type: "bpmn:TimerEventDefinition#property", name: "timeDate" } },
      {
        label: { el: "Νόμος και άρθρο", en: "Law and article" },
        binding: property("stoa:law"),
        isNeeded: true,
      },
      {
        label: { el: "Τι σημαίνει η σιωπή", en: "What silence means" },
        choices: [
          { value: "silence-approves", name: { el: "Εγκρίνεται", en: "It approves" } },
          { value: "silence-rejects", name: { el: "Απορρίπτεται", en: "It rejects" } },
        ],
        value: "silence-rejects",
        binding: property("stoa:legal-effect"),
      },
    ],
  },
];

// The templates as the properties panel takes them, in the reader's language.
export function templates(language: Language): object[] {
  return ALL.map((template) => ({
    $schema: "https://unpkg.com/@camunda/zeebe-element-templates-json-schema/resources/schema.json",
    id: template.id,
    version: 1,
    name: template.name[language],
    description: template.help[language],
    appliesTo: template.applies,
    elementType: { value: template.becomes, ...(template.event === undefined ? {} : { eventDefinition: template.event }) },
    properties: template.fields.map((field) => asProperty(field, language)),
  }));
}

function asProperty(field: Field, language: Language): object {
  const kind = field.choices !== undefined ? "Dropdown" : "String";
  return {
    label: field.label[language],
    ...(field.help === undefined ? {} : { description: field.help[language] }),
    type: field.isHidden ? "Hidden" : kind,
    ...(field.value === undefined ? {} : { value: field.value }),
    ...(field.choices === undefined ? {} : { choices: field.choices.map((one) => ({ value: one.value, name: one.name[language] })) }),
    ...(field.isNeeded ? { constraints: { notEmpty: true } } : {}),
    binding: field.binding,
  };
}
