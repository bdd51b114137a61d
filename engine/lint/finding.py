"""What the linter says: findings at lines of files, in Greek and English, gathered in a report."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from enum import Enum


class Severity(Enum):
    """How grave a finding is. Only an error keeps a version from being certified."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    @property
    def rank(self) -> int:
        """0 for the gravest."""
        return list(Severity).index(self)


@dataclass(frozen=True, kw_only=True)
class Text:
    """A sentence in both languages; `{name}` marks a place that is filled with what was found."""

    el: str
    en: str

    def filled(self, values: "Mapping[str, str | Text]") -> "Text":
        """The sentence with its places filled, by texts in its own language; both have the same places."""
        return Text(
            el=self.el.format_map(_in_language(values, "el")),
            en=self.en.format_map(_in_language(values, "en")),
        )

    def in_language(self, language: str) -> str:
        """The Greek sentence for `el`, the English one for any other language."""
        return self.el if language == "el" else self.en


def _in_language(values: Mapping[str, str | Text], language: str) -> dict[str, str]:
    return {
        name: value if isinstance(value, str) else value.in_language(language)
        for name, value in values.items()
    }


@dataclass(frozen=True, kw_only=True)
class Finding:
    """One thing that is wrong, where it is, and what to do about it.

    `line` and `column` count from 1; `column` is 0 where only the line is known. What is wrong there ends
    before `end_column`, 0 where that is not known; `excerpt` is the line, for showing it. `element_id` is the
    id of the element, or of the nearest one around it that has an id. `path` is the counter-example: element
    ids from the start to where it goes wrong, and `given` the values with which it goes there. Findings with
    one `cause` are one mistake; `consequences` are those that go away with this one.
    """

    rule: str
    severity: Severity
    file: str
    line: int
    message: Text
    remedy: Text
    element_id: str | None = None
    column: int = 0
    end_column: int = 0
    excerpt: str = ""
    path: tuple[str, ...] = ()
    given: tuple[str, ...] = ()
    cause: str = ""
    consequences: "tuple[Finding, ...]" = ()

    def moved(self, folder: str) -> "Finding":
        """The same finding in a folder, for whoever reads the files of several."""
        return replace(
            self,
            file=f"{folder}/{self.file}",
            consequences=tuple(finding.moved(folder) for finding in self.consequences),
        )


@dataclass(frozen=True)
class Report:
    """Everything found in the files of one procedure, by file and line."""

    findings: tuple[Finding, ...]

    @property
    def errors(self) -> tuple[Finding, ...]:
        """The findings that keep the procedure from being certified."""
        return self.of(Severity.ERROR)

    @property
    def passes(self) -> bool:
        """Whether the procedure may be certified: it has no error."""
        return not self.errors

    def of(self, severity: Severity) -> tuple[Finding, ...]:
        """The findings of one severity."""
        return tuple(finding for finding in self.findings if finding.severity is severity)

    def by_file(self) -> Iterator[tuple[str, tuple[Finding, ...]]]:
        """The findings of each file that has any, files in alphabetical order."""
        for file in sorted({finding.file for finding in self.findings}):
            yield file, tuple(finding for finding in self.findings if finding.file == file)


def shortened(text: str, length: int = 200) -> str:
    """The text, or its beginning where it is longer than a sentence can bear."""
    return text if len(text) <= length else f"{text[: length - 1]}…"


def in_order(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings without repetitions, by file, line, gravity and rule."""
    return tuple(
        sorted(
            dict.fromkeys(findings),
            key=lambda found: (
                found.file,
                found.line,
                found.column,
                found.severity.rank,
                found.rule,
                found.element_id or "",
            ),
        )
    )
