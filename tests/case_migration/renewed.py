"""The residence certificate with five more days as an analyst would submit it: its scenarios say so too."""

from tests.case_migration.test_residence_certificate import with_five_more_days

_IN_SCENARIOS = {
    "municipality-late": [
        ("P4DT23H", "P9DT23H"),
        ("five days ends on a Saturday, so it runs until Monday the 16th", "ten days runs until the 19th"),
        ("2026-03-16T", "2026-03-19T"),
        ("2026-03-17", "2026-03-20"),
    ],
    "handed-over-before-the-reminder": [("advance: P6D", "advance: P11D")],
    "suspended-case-rests": [("  - advance: P1D\n", "  - advance: P6D\n")],
    "supplement": [("2026-03-16", "2026-03-19"), ("2026-03-18", "2026-03-23")],
}


def renewed() -> dict[str, bytes]:
    """Files that lack nothing for the gate."""
    files = with_five_more_days()
    for name, content in files.items():
        if name.startswith("scenarios/"):
            text = content.decode().replace("remind_municipality", "warn_municipality")
            for before, after in _IN_SCENARIOS.get(name.removeprefix("scenarios/").removesuffix(".yaml"), ()):
                assert before in text, before
                text = text.replace(before, after)
            files[name] = text.encode()
    return files
