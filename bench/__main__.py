"""All measurements, or those named: `python -m bench calls engine http`."""

import subprocess
import sys

MEASUREMENTS = (
    "calls",
    "cpu",
    "feel",
    "dmn",
    "engine",
    "storage",
    "journal",
    "pages",
    "country",
    "procedures",
    "growth",
    "terms",
    "closed_cases",
    "http",
    "slow_clients",
    "worker",
    "kills",
    "migrations",
)


def main(names: list[str]) -> int:
    """Run each measurement as a process of its own, so that none warms up another; the worst exit code."""
    unknown = [name for name in names if name not in MEASUREMENTS]
    if unknown:
        sys.stderr.write(f"There is no measurement {unknown[0]}; there are: {', '.join(MEASUREMENTS)}.\n")
        return 2
    return max(
        subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode
        for name in names or MEASUREMENTS
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
