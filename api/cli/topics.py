"""Topics: what agencies are asked for, who serves them, and registering more of them."""

import click

from api.cli.operator import engine, operator
from api.cli.printing import examples, print_table
from engine.kernel.pages import Slice
from engine.service_tasks.topic_register import ListTopics, ShowTopic
from engine.topics.register import RegisterTopic, ReviseTopic, TopicWords
from engine.topics.store import TopicFilter


@click.group()
def topics() -> None:
    """See what agencies are asked for and who serves it; register topics and change them."""


@topics.command("list", epilog=examples("stoa topics list", "stoa topics list --unserved residence"))
@click.argument("words", nargs=-1)
@click.option("--unserved", is_flag=True, help="Only those that no agency serves.")
def list_topics(words: tuple[str, ...], *, unserved: bool) -> None:
    """List topics by name, with the agencies that serve them and the requests that wait for one."""
    wanted = TopicFilter(text=" ".join(words), is_served=False if unserved else None)
    cursor, rows = None, []
    while True:
        found = engine().ask(
            ListTopics(wanted=wanted, part=Slice(limit=100, cursor=cursor)), actor=operator()
        )
        for one in found.page.items:
            version = one.version
            rows.append((version.topic, version.number, version.name_en, ", ".join(one.agencies), one.held))
        cursor = found.page.next
        if cursor is None:
            break
    print_table(("topic", "version", "name", "agencies", "held"), rows)


@topics.command(epilog=examples("stoa topics show municipality.residence"))
@click.argument("topic")
def show(topic: str) -> None:
    """Show a topic, its versions, and the published procedures that use it."""
    sheet = engine().ask(ShowTopic(topic=topic), actor=operator())
    for version in sheet.versions:
        click.echo(f"version {version.number}, {version.at:%Y-%m-%d %H:%M} UTC, {version.by}: {version.note}")
        click.echo(f"  {version.name} / {version.name_en}")
        click.echo(f"  handed    {', '.join(one.line for one in version.inputs) or 'anything'}")
        click.echo(f"  answered  {', '.join(one.line for one in version.answer) or 'anything'}")
    click.echo(f"served by  {', '.join(sheet.listed.agencies) or 'nobody'}; held: {sheet.listed.held}")
    for use in sheet.used_by:
        click.echo(f"used by    {use.key} version {use.number}, with version {use.topic_version}")


_NAME = click.option("--name", required=True, help="What it is called in Greek.")
_NAME_EN = click.option("--name-en", required=True, help="What it is called in English.")
_INPUT = click.option("--input", "inputs", multiple=True, help="A field that the agency is handed.")
_ANSWER = click.option("--answer", multiple=True, help="A field that it answers with.")


@topics.command(
    epilog=examples(
        "stoa topics register municipality.residence --name Κατοικία --name-en Residence "
        "--input 'afm text needed' --answer 'confirmed boolean needed'"
    )
)
@click.argument("topic")
@_NAME
@_NAME_EN
@_INPUT
@_ANSWER
def register(topic: str, name: str, name_en: str, inputs: tuple[str, ...], answer: tuple[str, ...]) -> None:
    """Register a topic."""
    words = TopicWords(name=name, name_en=name_en, inputs=inputs, answer=answer)
    engine().carry_out(RegisterTopic(topic=topic, words=words), actor=operator())
    click.echo(f"{topic}: registered")


@topics.command(
    epilog=examples(
        "stoa topics revise municipality.residence --seen 1 --name Κατοικία --name-en Residence "
        "--answer 'confirmed boolean needed' --note 'Now with an answer.'"
    )
)
@click.argument("topic")
@click.option("--seen", required=True, type=int, help="The number of the version that is changed.")
@_NAME
@_NAME_EN
@_INPUT
@_ANSWER
@click.option("--note", default="", help="What changed.")
def revise(
    topic: str,
    seen: int,
    name: str,
    name_en: str,
    inputs: tuple[str, ...],
    answer: tuple[str, ...],
    note: str,
) -> None:
    """Give a topic its next version; published procedures keep theirs."""
    words = TopicWords(name=name, name_en=name_en, inputs=inputs, answer=answer, note=note)
    version = engine().carry_out(ReviseTopic(topic=topic, seen=seen, words=words), actor=operator())
    click.echo(f"{topic}: version {version.number}")
