"""Examples of shared parts, and of the calls of them."""

from itertools import pairwise

from tests.lint.drawing import (
    Element,
    element,
    end,
    extended,
    file,
    node,
    path,
    process,
    simple,
    start,
    timer,
    zeebe,
)
from tests.lint.example import Example, Files

DECLARED = b"""key: pickup
version: 1
inputs:
  document: {type: text, needed: true}
  remind_after: {type: duration, needed: false}
outputs:
  result: {type: text}
"""
GIVES_NOTHING = DECLARED.partition(b"outputs")[0]


def part(*inside: Element, prefix: str = "pickup_", begins: tuple[Element, ...] = ()) -> bytes:
    """The diagram of the part, with something between its start and its end."""
    ids = [f"{prefix}begin", *(str(one.attributes["id"]) for one in inside), f"{prefix}done"]
    ways = [
        element("sequenceFlow", id=f"{prefix}flow{number}", sourceRef=one, targetRef=other)
        for number, (one, other) in enumerate(pairwise(ids))
    ]
    return file(process(start(ids[0], *begins), *inside, end(ids[-1]), *ways, id_="pickup"))


def call(called: str, *mappings: Element, id_: str = "call") -> Element:
    """A call activity with its mappings."""
    held = (zeebe("calledElement", processId=called), *((zeebe("ioMapping", *mappings),) if mappings else ()))
    return node("callActivity", id_, extended(*held))


def given(source: str = '="Licence"', target: str = "document") -> Element:
    return zeebe("input", source=source, target=target)


def taken(source: str) -> Element:
    return zeebe("output", source=source, target="outcome")


def writing(name: str) -> Element:
    """A script that writes a variable."""
    script = zeebe("script", expression='="collected"', resultVariable=name)
    return node("scriptTask", "pickup_writes", extended(script))


def version(name: str, content: bytes, *, declared: bytes = DECLARED) -> Files:
    """The files of a part as they are pinned."""
    return {f"shared/{name}/shared.yaml": declared, f"shared/{name}/part.bpmn": content}


def calling(called: str, *mappings: Element) -> Files:
    """A diagram that calls a part, with the part that there is."""
    return {"p.bpmn": simple(call(called, *mappings)), **version("pickup@1", part(writing("result")))}


CALLS = {"p.bpmn": simple(call("shared/pickup@1", given()))}
GOOD = calling("shared/pickup@1", given())
OTHER = GIVES_NOTHING.replace(b"pickup", b"post")
SECOND = GIVES_NOTHING.replace(b"version: 1", b"version: 2")
POST = part(prefix="post_")
ALONE = {"shared.yaml": GIVES_NOTHING}


def calls_again(called: str, prefix: str) -> bytes:
    return part(call(called, given(), id_=f"{prefix}call"), prefix=prefix)


def waits_for_appeal(metadata: bytes) -> Files:
    """A procedure that calls a part which calls one that waits for the term to appeal."""
    clock = (("stoa:clock", "legal"), ("stoa:term", "appeal"))
    marked = extended(
        zeebe("properties", *(zeebe("property", name=name, value=value) for name, value in clock))
    )
    waits = node("intermediateCatchEvent", "post_waits", marked, timer("=stoa.term_end()"))
    return {
        **CALLS,
        **version("pickup@1", calls_again("shared/post@1", "pickup_"), declared=GIVES_NOTHING),
        **version("post@1", part(waits, prefix="post_"), declared=OTHER),
        "procedure.yaml": b"process: p\n" + metadata,
    }


EXAMPLES: dict[str, Example] = {
    "shared-call-named": Example(calling("shared/pickup", given()), GOOD, "call"),
    "shared-part-known": Example(calling("shared/pickup@2", given()), GOOD, "call"),
    "one-shared-version": Example(
        {**GOOD, **version("pickup@2", part(), declared=SECOND)},
        {**GOOD, **version("post@1", POST, declared=OTHER)},
        "call",
    ),
    "shared-call-cycle": Example(
        {
            **CALLS,
            **version("pickup@1", calls_again("shared/post@1", "pickup_"), declared=GIVES_NOTHING),
            **version("post@1", calls_again("shared/pickup@1", "post_"), declared=OTHER),
        },
        {
            **CALLS,
            **version("pickup@1", calls_again("shared/post@1", "pickup_"), declared=GIVES_NOTHING),
            **version("post@1", POST, declared=OTHER),
        },
        times=2,
    ),
    "shared-inputs-given": Example(calling("shared/pickup@1"), GOOD, "call"),
    "shared-inputs-declared": Example(
        calling("shared/pickup@1", given(), given(target="documents")), GOOD, "call"
    ),
    "shared-input-type": Example(
        calling("shared/pickup@1", given(), given('="P5D"', "remind_after")),
        calling("shared/pickup@1", given(), given('=duration("P5D")', "remind_after")),
        "call",
    ),
    "shared-term-known": Example(waits_for_appeal(b""), waits_for_appeal(b"appeal: {days: 15}\n"), "call"),
    "shared-outputs-declared": Example(
        calling("shared/pickup@1", given(), taken("=results")),
        calling("shared/pickup@1", given(), taken("=result")),
        "call",
    ),
    "shared-output-written": Example(
        {"shared.yaml": DECLARED, "p.bpmn": part()},
        {"shared.yaml": DECLARED, "p.bpmn": part(writing("result"))},
        "pickup",
    ),
    "shared-part-one-process": Example(
        {**ALONE, "p.bpmn": part(begins=(timer(),))}, {**ALONE, "p.bpmn": part()}, "pickup"
    ),
    "shared-ids-prefixed": Example(
        {**ALONE, "p.bpmn": part(node("task", "work"))},
        {**ALONE, "p.bpmn": part(node("task", "pickup_work"))},
        "work",
    ),
    "id-not-of-shared": Example(
        {
            "p.bpmn": file(
                process(
                    start("pickup_begin"),
                    call("shared/pickup@1", given()),
                    end(),
                    *path("pickup_begin", "call", "done"),
                )
            ),
            **version("pickup@1", part()),
        },
        GOOD,
        "pickup_begin",
    ),
}
