"""Movements on the floor that are none of the exercises: push-up and plank, sit-up, lying still."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from training.render.actor import SIGN, Actor, Leg, Performance, Plan, assemble, trunk_rotation
from training.render.body import Body
from training.render.floor import KNEE_HINT, surface_depth
from training.render.rotations import Array, about, unit
from training.render.standing import timeline
from training.render.timing import phase, wander


def _reach_arm(a: Actor, shoulder: Array, hand: Array, elbow_towards: Array) -> tuple[Array, Array]:
    """Return upper arm and forearm that put the wrist at ``hand``."""
    upper, fore = a.body.length("shoulder", "elbow"), a.body.length("elbow", "wrist")
    along = hand - shoulder
    distance = np.clip(np.linalg.norm(along, axis=-1), 0.12, 0.999 * (upper + fore))
    way = unit(along)
    x = (distance**2 + upper**2 - fore**2) / (2 * distance)
    out = unit(elbow_towards - np.sum(elbow_towards * way, -1, keepdims=True) * way)
    elbow = way * x[:, None] + out * np.sqrt(np.maximum(upper**2 - x**2, 0.0))[:, None]
    return unit(elbow), unit(way * distance[:, None] - elbow)


def push_up(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Push-ups, or with the variant ``plank`` the straight hold on the hands."""
    times, reps = timeline(plan, rng, fps, shift_s=0.3)
    a, n = Actor(body, times, rng, plan.stance), len(times)
    down = phase(times, reps) * (0.05 if plan.variant == "plank" else 1.0)
    slope = rng.uniform(17, 22) - rng.uniform(9, 13) * down + a.sway(0.4)
    sag = rng.uniform(-8, 10) + a.sway(0.6)
    turned = 90 - slope
    pelvis, thorax = (
        trunk_rotation(0.0, turned + 0.5 * sag, 0.0, n),
        trunk_rotation(0.0, turned - sag, 0.0, n),
    )
    head = trunk_rotation(0.0, turned - rng.uniform(0, 30), 0.0, n)
    tiptoe = about("x", a.still(78.0))
    ball = body.rest("ball") - body.rest("ankle")
    height = a.ball_z - float((tiptoe[0] @ ball)[2])
    legs = {}
    for side, sign in SIGN.items():
        ankle = a.still([sign * a.half_hip * 0.9, 0.0, height])
        legs[side] = Leg(ankle, tiptoe, about("x", a.still(10.0)), a.still([0.0, -0.2, -1.0]))
    s = np.radians(slope)
    at = np.stack([a.sway(0.003), -np.cos(s), np.sin(s)], -1)
    at[:, 1:] *= 0.99 * a.leg
    at[:, 2] += height
    trunk = body.trunk((pelvis, thorax, head))
    hands_at = float(np.median((at + trunk["shoulders"])[:, 1]))
    wide = rng.uniform(1.0, 1.6)
    arms = {}
    for side, sign in SIGN.items():
        shoulder = at + trunk[f"{side}_shoulder"]
        hand = a.still([sign * wide * float(body.rest("shoulder")[0]), hands_at - 0.02, 0.06])
        arms[side] = _reach_arm(a, shoulder, hand, a.still([sign * 0.8, 0.6, 0.2]))
    return Performance(assemble(pelvis, thorax, head, at, legs, arms), times, reps)


def sit_up(body: Body, plan: Plan, rng: Generator, fps: float) -> Performance:
    """Sit-ups with bent knees; with the variant ``still`` one only lies there, knees bent or straight."""
    times, reps = timeline(plan, rng, fps, shift_s=0.3)
    a, n = Actor(body, times, rng, plan.stance), len(times)
    still = plan.variant == "still"
    up = phase(times, reps) * (0.0 if still else 1.0)
    high = rng.uniform(25, 90)
    pelvis = trunk_rotation(0.0, -90 + 0.55 * high * up, 0.0, n)
    thorax = trunk_rotation(0.0, -90 + np.clip(1.1 * high * up, 0, 95), a.sway(1.0), n)
    look = 15 * wander(rng, times, 0.1, 0.5) if still else a.still(0.0)
    head = thorax @ about("x", 25.0 * up) @ about("z", look)
    seat = surface_depth(body, "hip") * 0.9
    at = a.still([0.0, 0.0, seat])
    straight = still and rng.random() < 0.5
    forward = (0.985 if straight else rng.uniform(0.45, 0.7)) * a.leg
    legs = {}
    for side, sign in SIGN.items():
        leg = a.flat(side, sign * a.stance_x, forward)
        if straight:
            lying = about("x", a.still(-70.0))
            ankle = leg.ankle + np.array([0.0, 0.0, 0.02])
            legs[side] = Leg(ankle, lying, lying, a.still([0.0, 0.0, 1.0]))
        else:
            legs[side] = Leg(leg.ankle, leg.foot, leg.toes, a.still(unit(KNEE_HINT)))
    arms = a.arms("crossed", thorax)
    if still:
        flat = -0.10
        arms = {
            side: (a.still(unit([sign * 0.35, -1.0, flat])), a.still(unit([sign * 0.1, -1.0, flat])))
            for side, sign in SIGN.items()
        }
    return Performance(assemble(pelvis, thorax, head, at, legs, arms), times, reps)
