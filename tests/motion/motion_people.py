"""Stick people with chosen joint positions, and an ideal camera that looks at them."""

from __future__ import annotations

import numpy as np

from formcheck.names import LANDMARK_INDEX, LANDMARKS, Side, other
from formcheck.pose.sequence import PoseSequence
from formcheck.video.types import VideoInfo

SHANK, THIGH, PELVIS, TRUNK, SHOULDERS = 0.40, 0.42, 0.24, 0.50, 0.36


def direction(forward_deg, lateral_deg):
    """Upward unit vectors (x lateral, y up, z forward) tilted forward and sideways."""
    f, s = np.radians(forward_deg), np.radians(lateral_deg)
    return np.stack([np.sin(s) * np.ones_like(f), np.cos(s) * np.cos(f), np.cos(s) * np.sin(f)], axis=-1)


def person(
    stance: Side = "left",
    *,
    frames: int = 1,
    shank_fwd=0.0,
    thigh_fwd=0.0,
    shank_in=0.0,
    thigh_out=0.0,
    drop=0.0,
    trunk_fwd=0.0,
    lean=0.0,
    rotation=0.0,
    free_knee=0.0,
):
    """Joints (frame, landmark, xyz) of somebody at the origin who faces +z; arguments in degrees per frame.

    ``shank_fwd`` tilts the shank forward, ``thigh_fwd`` the thigh (negative as the hip goes behind the
    knee); ``shank_in`` tilts the shank medially and ``thigh_out`` the thigh laterally on the way up.
    """
    series = np.broadcast_arrays(
        np.zeros(frames),
        *(np.asarray(v, float) for v in (shank_fwd, thigh_fwd, shank_in, thigh_out)),
        *(np.asarray(v, float) for v in (drop, trunk_fwd, lean, rotation, free_knee)),
    )
    _, shank_fwd, thigh_fwd, shank_in, thigh_out, drop, trunk_fwd, lean, rotation, free_knee = series
    side = 1.0 if stance == "left" else -1.0
    out = np.zeros((frames, len(LANDMARKS), 3))

    def put(which, joint, where):
        out[:, LANDMARK_INDEX[f"{which}_{joint}"]] = where

    lateral = np.array([side, 0, 0])
    ankle = np.broadcast_to([side * PELVIS / 2, 0.08, 0], (frames, 3))
    knee = ankle + SHANK * direction(shank_fwd, -side * shank_in)
    hip = knee + THIGH * direction(thigh_fwd, side * thigh_out)
    d = np.radians(drop)
    across = np.cos(d)[:, None] * lateral + np.sin(d)[:, None] * np.array([0, 1.0, 0])
    free_hip = hip - PELVIS * across
    axis = direction(trunk_fwd, side * lean)
    neck = (hip + free_hip) / 2 + TRUNK * axis
    turned = turn(project_out(across, axis), axis, side * np.radians(rotation))
    put(stance, "hip", hip)
    put(stance, "knee", knee)
    put(stance, "ankle", ankle)
    put(other(stance), "hip", free_hip)
    free_knee_at = free_hip - THIGH * direction(thigh_fwd * 0, 0 * drop)
    put(other(stance), "knee", free_knee_at)
    put(other(stance), "ankle", free_knee_at - SHANK * direction(free_knee, 0 * drop))
    put(stance, "shoulder", neck + SHOULDERS / 2 * turned)
    put(other(stance), "shoulder", neck - SHOULDERS / 2 * turned)
    for which in ("left", "right"):
        sign = 1 if which == stance else -1
        foot = out[:, LANDMARK_INDEX[f"{which}_ankle"]]
        put(which, "heel", foot + np.array([0, -0.06, -0.05]))
        put(which, "foot_index", foot + np.array([0, -0.07, 0.15]))
        shoulder = out[:, LANDMARK_INDEX[f"{which}_shoulder"]]
        put(which, "elbow", shoulder + np.array([0, -0.28, 0]))
        for name in ("wrist", "pinky", "index", "thumb"):
            put(which, name, shoulder + np.array([0, -0.5, 0]))
        for name in ("eye_inner", "eye", "eye_outer", "ear"):
            put(which, name, neck + 0.2 * axis + sign * 0.05 * turned)
    for name in ("nose", "mouth_left", "mouth_right"):
        out[:, LANDMARK_INDEX[name]] = neck + 0.18 * axis + [0, 0, 0.1]
    return out


def project_out(v, axis):
    v = v - np.sum(v * axis, axis=-1, keepdims=True) * axis
    return v / np.linalg.norm(v, axis=-1, keepdims=True)


def turn(v, axis, angle):
    """Rotate vectors that are perpendicular to ``axis`` about it (right-handed)."""
    return np.cos(angle)[:, None] * v + np.sin(angle)[:, None] * np.cross(axis, v)


def mirrored(joints):
    """The same person in a mirror: x negated, left and right exchanged."""
    swap = [
        LANDMARK_INDEX[n.replace("left", "@").replace("right", "left").replace("@", "right")]
        for n in LANDMARKS
    ]
    return (joints * [-1, 1, 1])[..., swap, :]


def yaw(joints, degrees):
    """The person turned about the vertical (counter-clockwise from above)."""
    a = np.radians(degrees)
    rotation = np.array([[np.cos(a), 0, np.sin(a)], [0, 1, 0], [-np.sin(a), 0, np.cos(a)]])
    return joints @ rotation.T


def filmed(
    joints,
    *,
    azimuth=0.0,
    pitch=0.0,
    roll=0.0,
    pan=0.0,
    tilt=0.0,
    distance=3.0,
    fps=30.0,
    size=(720, 1280),
    focal=1.1,
    noise_px=0.0,
):
    """What a perfect pose network would see of the person from a camera at that azimuth."""
    width, height = size
    f = focal * max(size)
    room = yaw(joints, -azimuth)
    middle = (room.reshape(-1, 3).max(axis=0) + room.reshape(-1, 3).min(axis=0)) / 2
    p = np.radians(pitch)
    to_camera = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]]).T
    # A camera that looks down sees up tilted towards itself.
    r = np.radians(roll)
    aslant = np.array([[np.cos(r), np.sin(r), 0], [-np.sin(r), np.cos(r), 0], [0, 0, 1]])
    # Plumb lines lean towards the viewer's right with a positive roll.
    seen = (room - middle) @ to_camera.T @ aslant.T - [0, 0, distance]
    # The network sees a crop with the person in its middle, wherever that is in the picture.
    t = np.radians(tilt)
    upwards = np.array([[1, 0, 0], [0, np.cos(t), np.sin(t)], [0, -np.sin(t), np.cos(t)]])
    x, y, z = np.moveaxis(yaw(seen, pan) @ upwards.T, -1, 0)
    image = np.stack([width / 2 + f * x / -z, height / 2 - f * y / -z], axis=-1)
    if noise_px:
        image = image + np.random.default_rng(0).normal(0, noise_px, image.shape)
    hips = seen[:, [LANDMARK_INDEX["left_hip"], LANDMARK_INDEX["right_hip"]]].mean(axis=1, keepdims=True)
    count = len(joints)
    ones = np.ones((count, len(LANDMARKS)), np.float32)
    return PoseSequence(
        times_s=np.arange(count) / fps,
        image_px=image,
        world_m=(seen - hips) * [1, -1, -1],
        visibility=ones,
        presence=ones,
        video=VideoInfo("stick", width, height, count, count / fps, fps),
    )


def squat(frames=90):
    """One repetition: quiet standing, down to 80° of knee flexion with 35° of trunk inclination, and up."""
    share = np.sin(np.pi * np.clip((np.linspace(0, 1, frames) - 0.2) / 0.6, 0, 1)) ** 2
    return person(
        "left",
        frames=frames,
        shank_fwd=30 * share,
        thigh_fwd=-50 * share,
        trunk_fwd=35 * share,
        drop=5 * share,
        free_knee=80 * share,
    )


def lying_down(joints):
    """The person laid on the back, feet towards +z."""
    x, y, z = np.moveaxis(joints, -1, 0)
    return np.stack([x, z + 0.2, -y], axis=-1)
