"""The films of a made-up runner with a weak left hip: a whole baseline, and the same tests after four weeks.

Usage: ``python -m benchmarks.coaching.runner_films [--out FOLDER] [--only NAME]``

Needs what ``make samples`` installs. Films that exist are kept. Each is taken as ``docs/filming.md`` asks:
25 frames a second, five repetitions (eight bridges), quiet standing before and after.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from training.render.actor import Plan
    from training.render.clip import ClipSpec

FOLDER: Final = Path("out/coaching/runner")
FPS: Final = 25.0
SETS: Final = ("before", "after")
CONTROLLED: Final = (2.3, 0.3, 1.1, 0.5)
BRIDGING: Final = (1.0, 0.5, 2.3, 0.4)

WEAK: Final = {
    "T1": {"drop": 10.0, "lean": 13.0},
    "T3": {"opening": 30.0, "rotation": 20.0, "lean": 14.0},
    "T4": {"drop": 17.0, "valgus": 30.0, "lean": 17.0},
    "T5": {"drop": 11.0, "valgus": 30.0, "lean": 16.0},
    "T6": {"drop": 13.0, "valgus": 14.0},
}
"""The pattern of evidence D.3 on the left, degrees: hip drop, knee inwards, trunk over the standing leg."""

HOLD_S: Final = {"before": {"left": 22.0, "right": 45.0}, "after": {"left": 45.0, "right": 45.0}}


@dataclass(frozen=True)
class Film:
    """One film: a test on one side, seen from ``azimuth_deg`` (0 in front, +90 at the runner's left)."""

    test: str
    exercise: str
    side: str
    view: str
    azimuth_deg: float

    @property
    def name(self) -> str:
        """Its file's name without the suffix."""
        side = "" if self.exercise == "hip_hinge" else f"_{self.side}"
        return f"{self.test.lower()}_{self.exercise}{side}_{self.view}"


def baseline_films() -> tuple[Film, ...]:
    """Return the films of one baseline, as ``formcheck assess`` asks for them."""
    films = [Film("T2", "hip_hinge", "left", "side", 90.0)]
    for side, near in (("left", 90.0), ("right", -90.0)):
        films += [
            Film("T4", "step_down", side, "front", 0.0),
            Film("T5", "lunge", side, "front", 0.0),
            Film("T1", "single_leg_stance", side, "front", 0.0),
            Film("T3", "single_leg_rdl", side, "rear", 180.0),
            Film("T6", "single_leg_bridge", side, "side", near),
            Film("T5", "lunge", side, "side", near),
            Film("T3", "single_leg_rdl", side, "side", near),
            Film("T6", "single_leg_bridge", side, "foot_end", 0.0),
        ]
    return tuple(films)


def plan_of(film: Film, when: str) -> Plan:
    """Return how the film's exercise is done: faulty on the left before, well otherwise."""
    from training.render.actor import Plan

    faults = WEAK.get(film.test, {}) if film.side == "left" and when == "before" else {}
    bridge = film.exercise == "single_leg_bridge"
    return Plan(
        film.exercise,
        side=film.side,
        reps=8 if bridge else 5,
        faults=faults,
        arms="hips" if film.test in ("T1", "T4") else "crossed" if film.test == "T5" else "hang",
        variant="split" if film.test == "T5" else "",
        box_m=0.19,
        tempo=BRIDGING if bridge else CONTROLLED,
        lead_s=2.2,
        hold_s=HOLD_S[when][film.side],
        knee_in=0.0 if faults else 12.0 if film.test == "T5" else 6.0,
    )


def spec_of(film: Film, when: str) -> ClipSpec:
    """Return what is rendered for a film."""
    from dataclasses import replace

    from training.render.camera import View
    from training.render.clip import ClipSpec
    from training.render.samples import LOOKS, ROOMS, SHAPES

    lying = film.exercise == "single_leg_bridge"
    wide = lying and film.view == "side"
    pitch = -30.0 if film.view == "foot_end" else -8.0 if lying else -5.0
    size = {"width": 960, "height": 540} if wide else {"width": 540, "height": 960}
    return ClipSpec(
        film.name,
        (plan_of(film, when),),
        SHAPES["woman"],
        LOOKS["tights"],
        View(film.azimuth_deg, pitch, fill=0.85, **size),
        replace(ROOMS["home"], mat=lying),
        fps=FPS,
        seed=71 if when == "before" else 72,
    )


def missing_films(folder: Path) -> list[tuple[str, Film]]:
    """Return the films that are not in ``folder`` yet, with their set."""
    wanted = ((when, film) for when in SETS for film in baseline_films())
    return [(when, film) for when, film in wanted if not (folder / when / f"{film.name}.mp4").exists()]


def main() -> None:
    """Render what is missing."""
    parser = argparse.ArgumentParser(description="Render the films of a runner with a weak left hip.")
    parser.add_argument("--out", type=Path, default=FOLDER)
    parser.add_argument("--only", action="append", default=[], metavar="SET/NAME", help="may be given again")
    given = parser.parse_args()
    from training.render.clip import render

    missing = {f"{when}/{film.name}": (when, film) for when, film in missing_films(given.out)}
    for name in given.only or missing:
        if name in missing:
            when, film = missing[name]
            render(spec_of(film, when), given.out / when)
            print(name, flush=True)


if __name__ == "__main__":
    main()
