"""What a record says of its procedure, as procedure.yaml says it."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, Final

from marshmallow import ValidationError

from engine.bundle.description import ADA, PaperSource
from engine.kernel.money import euro_text
from engine.kernel.vocabulary import Channel
from engine.lint.finding import Text
from engine.mitos import words
from engine.mitos.record import Condition, Cost, Evidence, Provision, Record
from engine.mitos.typed_json import Duration
from engine.mitos.unmapped import Unmappeds
from engine.terms.length import LONGEST

_LONGEST_LINE: Final = 500
_LONGEST_KEYWORD: Final = 60
_UNITS: Final = ("years", "months", "weeks", "days")
_DAYS_OF: Final = {"years": 365, "months": 30, "weeks": 7, "days": 1}
_NOTHING_SAID: Final = "Δεν αναφέρεται"

_UNKNOWN_WORD: Final = Text(
    el="Η λέξη δεν έχει αντίστοιχη εδώ. Διαλέξτε εσείς, αν χρειάζεται.",
    en="The word has no counterpart here. Choose one yourself where it matters.",
)
_SHORTENED: Final = Text(
    el="Το κείμενο κόπηκε στους {most} χαρακτήρες. Γράψτε το συντομότερα.",
    en="The text was cut at {most} characters. Write it shorter.",
)
_ENGLISH: Final = Text(
    el="Η εγγραφή δεν έχει αγγλικά. Μεταφράστε κάθε en του procedure.yaml που επαναλαμβάνει τα ελληνικά.",
    en="The record has no English. Translate every en of procedure.yaml that repeats the Greek.",
)
_OWNER: Final = Text(
    el="Ο αρμόδιος φορέας γράφτηκε ως «{agency}». Βάλτε το κλειδί του στο μητρώο φορέων.",
    en="The competent agency was written as {agency}. Put its key in the register of agencies.",
)
_NO_DEADLINE: Final = Text(
    el="Η εγγραφή δεν έχει προθεσμία: ισχύουν οι 50 ημέρες του ν. 2690/1999 (άρθρο 4).",
    en="The record has no deadline: the 50 days of ν. 2690/1999 (article 4) hold.",
)
_ROUGH_DEADLINE: Final = Text(
    el="Η προθεσμία γράφτηκε ως {days} ημέρες. Διορθώστε την αν ο νόμος μετρά αλλιώς.",
    en="The deadline was written as {days} days. Correct it if the law counts otherwise.",
)
_NO_SUPPLEMENT: Final = Text(
    el="Γράφτηκε ότι η προθεσμία διακόπτεται όσο λείπουν δικαιολογητικά. Ελέγξτε το.",
    en="The term was written as pausing while papers are missing. Check that.",
)
_NO_LAW: Final = Text(
    el="Δεν λέγεται από ποιον νόμο ορίζεται το ποσό: γράφτηκε «{law}».",
    en="Which law sets the amount is not said: {law} was written.",
)
_RANGE: Final = Text(
    el="Το ποσό έχει εύρος· γράφτηκε το ανώτατο. Βάλτε στη θέση του decision με πίνακα DMN.",
    en="The amount is a range; the highest was written. Put a decision with a DMN table in its place.",
)
_NO_AMOUNT: Final = Text(
    el="Το παράβολο δεν έχει ποσό και δεν γράφτηκε.", en="The fee has no amount and was not written."
)
_FEE_CODE: Final = Text(
    el="Ο κωδικός e-Παραβόλου έχει 4 ψηφία: δεν γράφτηκε.",
    en="A kind of e-Paravolo has 4 digits: the code was not written.",
)
_FEE_NOT_ASKED: Final = Text(
    el="Το διάγραμμα δεν ζητά την πληρωμή. Καλέστε το κοινό μέρος payment όπου πληρώνεται.",
    en="The diagram does not ask for the payment. Call the shared part payment where it is paid.",
)
_MANY_SOURCES: Final = Text(
    el="Κάθε δικαιολογητικό έχει εδώ έναν τρόπο: γράφτηκε ο πρώτος.",
    en="A paper has one source here: the first was written.",
)
_KIND_LOST: Final = Text(
    el="Το είδος δεν είναι από τα είδη του μητρώου· κρατήθηκε μόνο η περιγραφή.",
    en="The kind is none of the registry's kinds; only the description was kept.",
)
_ONLY_IN_TABLE: Final = Text(
    el="Ότι αρκεί η μία από τις προϋποθέσεις το λέει μόνο ο πίνακας eligibility.",
    en="That one of the conditions is enough is said by the table eligibility alone.",
)
_ADDRESS: Final = Text(
    el="Η διεύθυνση πρέπει να αρχίζει με https://: δεν γράφτηκε.",
    en="An address must begin with https://: it was not written.",
)
_NO_CITATION: Final = Text(
    el="Η διάταξη δεν έχει ούτε είδος ούτε αριθμό: δεν γράφτηκε.",
    en="The provision has neither kind nor number: it was not written.",
)


def described(
    record: Record, *, key: str, agency: str, english: Record | None, unmapped: Unmappeds
) -> dict[str, Any]:
    """procedure.yaml without process and outcomes, which the diagram says; notes what it cannot say.

    Where there is no English, `en` repeats the Greek: such a version cannot be submitted.
    """
    writer = _Writer(record, english, unmapped)
    if english is None:
        unmapped.add("title.en", record.title_en, _ENGLISH)
    unmapped.add("metadata.process.org_owner", record.owner, _OWNER.filled({"agency": agency}))
    return {
        "key": key,
        "title": writer.title,
        "summary": writer.both(
            record.description or record.title,
            english.description if english else None,
            "metadata.process.description",
        ),
        **writer.keywords(),
        "codes": {"mitos": record.code} if record.code else {},
        "agency": agency,
        **_words_of("life_events", record.life_events, words.LIFE_EVENTS, unmapped),
        "fees": list(writer.fees()),
        **writer.term(),
        **writer.legal_basis(),
        **writer.silence(),
        **_words_of("trigger_type", record.triggers, words.TRIGGERS, unmapped, [Channel.COUNTER], "channels"),
        "languages": writer.languages(),
        "conditions": [writer.condition(one) for one in record.conditions],
        "papers": list(writer.papers()),
        **writer.outputs(),
    }


def condition_id(number: int) -> str:
    """The id of a condition by its place from 1, as `stoa.conditions()` has it."""
    return f"condition-{number}"


def roots(alternatives: Iterable[Condition] | Iterable[Evidence]) -> dict[str, str]:
    """For each number that of the first in whose place it may be; its own where it stands for itself."""
    instead = {one.number: one.instead_of for one in alternatives}
    found: dict[str, str] = {}
    for number in instead:
        at, seen = number, {number}
        while (before := instead.get(at)) is not None and before not in seen:
            seen.add(before)
            at = before
        found[number] = at
    return found


def _words_of(
    field: str,
    said: tuple[str, ...],
    known: Mapping[str, Any],
    unmapped: Unmappeds,
    otherwise: list[Any] | None = None,
    name: str = "",
) -> dict[str, list[str]]:
    """A list of our words for theirs; left out where there is none, and nothing stands `otherwise`."""
    found: list[str] = []
    for word in said:
        if word not in known:
            unmapped.add(f"metadata.process.{field}", word, _UNKNOWN_WORD)
        elif str(known[word]) not in found:
            found.append(str(known[word]))
    found = found or [str(one) for one in otherwise or ()]
    return {name or field: found} if found else {}


class _Writer:
    """Writes the parts of one record."""

    def __init__(self, record: Record, english: Record | None, unmapped: Unmappeds) -> None:
        self.record = record
        self.english = english
        self.unmapped = unmapped
        self.title = self.both(
            record.title, (english.title_en if english else None) or record.title_en, "title"
        )

    def both(self, greek: str, english: str | None, path: str) -> dict[str, str]:
        """A line in both languages; the Greek twice where there is no English."""
        el = self._cut(greek, path)
        return {"el": el, "en": self._cut(english, path) if english else el}

    def _cut(self, text: str, path: str, most: int = _LONGEST_LINE) -> str:
        if len(text) <= most:
            return text
        self.unmapped.add(path, text, _SHORTENED.filled({"most": str(most)}))
        return f"{text[: most - 1].rstrip()}…"

    def keywords(self) -> dict[str, Any]:
        known = [one for one in dict.fromkeys(self.record.alternative_titles) if len(one) <= _LONGEST_KEYWORD]
        for one in self.record.alternative_titles:
            if one not in known:
                path = "metadata.process.alternative_titles"
                self.unmapped.add(path, one, _SHORTENED.filled({"most": str(_LONGEST_KEYWORD)}))
        if not known:
            return {}
        english = self.english.alternative_titles if self.english else ()
        translated = [one for one in dict.fromkeys(english) if len(one) <= _LONGEST_KEYWORD]
        return {"keywords": {"el": known, "en": translated or list(known)}}

    def term(self) -> dict[str, Any]:
        deadline = self.record.deadline
        path = "metadata.process.deadline"
        if deadline is None:
            self.unmapped.add(path, None, _NO_DEADLINE)
            return {}
        self.unmapped.add(path, deadline.text, _NO_SUPPLEMENT)
        unit, amount = self._length(deadline, path)
        return {"term": {unit: min(amount, LONGEST), "supplement": "pauses"}}

    def _length(self, deadline: Duration, path: str) -> tuple[str, int]:
        said = {unit: amount for unit, amount in deadline.units.items() if amount}
        if len(said) == 1 and (unit := next(iter(said))) in _UNITS and said[unit] <= LONGEST:
            return unit, said[unit]
        days = sum(amount * _DAYS_OF[unit] for unit, amount in said.items() if unit in _DAYS_OF)
        self.unmapped.add(path, deadline.text, _ROUGH_DEADLINE.filled({"days": str(days)}))
        return "days", days

    def silence(self) -> dict[str, str]:
        said = self.record.silence
        if said is None:
            return {}
        if said not in words.SILENCES:
            self.unmapped.add("metadata.process.sdg_lack_of_response_rule", said, _UNKNOWN_WORD)
            return {}
        return {"silence": str(words.SILENCES[said])}

    def languages(self) -> list[str]:
        for word in self.record.languages:
            if word != words.ENGLISH_SPOKEN:
                self.unmapped.add("metadata.process.provided_language", word, _UNKNOWN_WORD)
        return ["el", "en"] if words.ENGLISH_SPOKEN in self.record.languages else ["el"]

    def legal_basis(self) -> dict[str, Any]:
        found = [basis for one in self.record.provisions if (basis := self._provision(one))]
        return {"legal_basis": found} if found else {}

    def _provision(self, one: Provision) -> dict[str, str]:
        law = citation(one)
        if law is None:
            self.unmapped.add(one.path, one.address, _NO_CITATION)
            return {}
        basis = {"law": self._cut(law, one.path, 200)}
        if one.article:
            basis["article"] = self._cut(one.article, f"{one.path}.rule_article", 60)
        if one.gazette_issue and one.gazette_number:
            year = f"/{one.year}" if one.year else ""
            basis["gazette"] = f"{one.gazette_issue} {one.gazette_number}{year}"
        if one.address and one.address.startswith("https://") and len(one.address) <= 500:
            basis["address"] = one.address
        elif one.address:
            self.unmapped.add(f"{one.path}.rule_url", one.address, _ADDRESS)
        if one.ada and _is_ada(one.ada):
            basis["ada"] = one.ada
        elif one.ada:
            self.unmapped.add(f"{one.path}.rule_ada", one.ada, _UNKNOWN_WORD)
        return basis

    def condition(self, one: Condition) -> dict[str, str]:
        if one.instead_of is not None:
            self.unmapped.add(f"{one.path}.conditions_alternative_of", one.instead_of, _ONLY_IN_TABLE)
        english = {other.number: other.text for other in self.english.conditions} if self.english else {}
        return self.both(one.text, english.get(one.number), f"{one.path}.conditions_name")

    def papers(self) -> Iterable[dict[str, Any]]:
        """Every paper, obligatory, unless the office finds it itself; alternatives in groups."""
        root_of = roots(self.record.evidences)
        groups = {root for number, root in root_of.items() if number != root}
        place = {one.number: number for number, one in enumerate(self.record.evidences, start=1)}
        taken: set[str] = set()
        for one in self.record.evidences:
            root = root_of[one.number]
            group = {"any_of": f"alternatives-{place[root]}"} if root in groups else {}
            source = self._source(one)
            yield {
                "id": self._paper_id(one, taken),
                "title": self._paper_title(one),
                "obligatory": source is not PaperSource.EX_OFFICIO,
                **group,
                **({"source": str(source)} if source else {}),
            }

    def _paper_id(self, one: Evidence, taken: set[str]) -> str:
        """An id by which its kind is known again."""
        kind = words.PAPER_KINDS.get(one.kind or words.OTHER)
        if kind is None:
            if one.description:
                self.unmapped.add(f"{one.path}.evidence_type", one.kind, _KIND_LOST)
            kind = words.PAPER_KINDS[words.OTHER]
        return words.numbered(kind, taken)

    def _paper_title(self, one: Evidence) -> dict[str, str]:
        other = next(
            (two for two in self.english.evidences if two.number == one.number) if self.english else iter(()),
            None,
        )
        if one.description:
            english = other.description if other else None
            return self.both(one.description, english, f"{one.path}.evidence_description")
        kind = words.PAPER_KINDS.get(one.kind or "")
        return self.both(one.kind or "", kind.english if kind else None, f"{one.path}.evidence_type")

    def _source(self, one: Evidence) -> PaperSource | None:
        known: list[PaperSource] = []
        for word in one.submission:
            if word in words.SUBMISSIONS:
                known.append(words.SUBMISSIONS[word])
            else:
                self.unmapped.add(f"{one.path}.evidence_submission_type", word, _UNKNOWN_WORD)
        if len(set(known)) > 1:
            listed = ", ".join(one.submission)
            self.unmapped.add(f"{one.path}.evidence_submission_type", listed, _MANY_SOURCES)
        return known[0] if known else None

    def fees(self) -> Iterable[dict[str, Any]]:
        """Every cost that has an amount above zero."""
        law = next((law for one in self.record.provisions if (law := citation(one))), _NOTHING_SAID)
        english = {one.number: one.description for one in self.english.costs} if self.english else {}
        taken: set[str] = set()
        for cost in self.record.costs:
            amount = self._amount(cost)
            if amount is None:
                continue
            self.unmapped.add(cost.path, cost.description, _NO_LAW.filled({"law": law}))
            self.unmapped.add(cost.path, cost.description, _FEE_NOT_ASKED)
            kind = cost.kind or words.FEE
            known = words.COST_KINDS.get(kind, words.COST_KINDS[words.FEE])
            owner = self.record.owner or _NOTHING_SAID
            yield {
                "id": words.numbered(known, taken),
                "title": self.both(
                    cost.description or kind,
                    english.get(cost.number) or (None if cost.description else known.english),
                    f"{cost.path}.evidence_cost_description",
                ),
                "law": law[:200],
                **self._fee_code(cost),
                "beneficiary": self.both(
                    owner, self.english.owner if self.english else None, "metadata.process.org_owner"
                ),
                "amount": euro_text(amount),
            }

    def _fee_code(self, cost: Cost) -> dict[str, str]:
        if cost.code is None:
            return {}
        if len(cost.code) == 4 and cost.code.isascii() and cost.code.isdigit():
            return {"code": cost.code}
        self.unmapped.add(f"{cost.path}.evidence_cost_code", cost.code, _FEE_CODE)
        return {}

    def _amount(self, cost: Cost) -> Decimal | None:
        said = [one for one in (cost.least, cost.most) if one is not None]
        if not said or not max(said):
            if cost.description or not said:
                self.unmapped.add(cost.path, cost.description, _NO_AMOUNT)
            return None
        if len(set(said)) > 1:
            self.unmapped.add(f"{cost.path}.evidence_cost_min", str(cost.least), _RANGE)
        return max(said)

    def outputs(self) -> dict[str, Any]:
        kinds = _words_of("output_type", self.record.outputs, words.OUTPUTS, self.unmapped)
        listed = kinds.get("output_type", [])
        found = [{"id": kind, "title": dict(self.title), "kind": kind} for kind in listed]
        return {"outputs": found} if found else {}


def citation(one: Provision) -> str | None:
    """How a provision is cited: `ν. 3463/2006`; None where neither kind nor number is said."""
    kind = words.PROVISIONS.get(one.kind or "", one.kind)
    number = "/".join(part for part in (one.number, one.year) if part)
    return " ".join(part for part in (kind, number) if part) or None


def _is_ada(text: str) -> bool:
    try:
        ADA(text)
    except ValidationError:
        return False
    return True
