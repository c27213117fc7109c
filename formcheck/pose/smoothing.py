"""Smoothing of landmarks after the fact: zero-phase, on a uniform clock, never across a gap."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline, make_interp_spline
from scipy.ndimage import median_filter
from scipy.signal import butter, sosfiltfilt

from formcheck.pose.sequence import PoseSequence
from formcheck.validation import BoolArray

Series = NDArray[np.float64]

CUTOFF_HZ: Final = 6.0
"""Low-pass cut-off for slow strength exercises (evidence: 4–6 Hz)."""

MAX_GAP_S: Final = 0.2
"""Longest stretch without a person that is interpolated."""

_CUTOFF_SHARE_OF_FPS: Final = 0.25  # below 24 fps: half the Nyquist frequency
_TWO_PASSES: Final = (2**0.5 - 1) ** 0.25  # Winter 2009: keeps the −3 dB point when filtering twice
_SPIKE_WINDOW: Final = 9
_SPIKE_SIGMAS: Final = 3.0
_SPIKE_DOUBT: Final = 0.1
"""Within this share of the limit a spike is partly removed, so that the last digit decides nothing."""
_MAD_TO_SIGMA: Final = 1.4826
_MIN_FRAMES: Final = 4
_NUMBERS_AT_ONCE: Final = 200_000  # an hour of video must not fill the memory
_CLOCK_TOLERANCE_S: Final = 1e-4


def smooth(pose: PoseSequence, *, cutoff_hz: float = CUTOFF_HZ, max_gap_s: float = MAX_GAP_S) -> PoseSequence:
    """Return the sequence with smoothed image and world points, on the same frames.

    Single-frame spikes are removed (Hampel), each stretch is brought onto a uniform clock, filtered with a
    zero-phase fourth-order Butterworth low-pass, and brought back onto the frames' own times.

    Parameters
    ----------
    pose : PoseSequence
        As estimated.
    cutoff_hz : float
        Overall −3 dB frequency; lowered to a quarter of the frame rate where frames are few.
    max_gap_s : float
        Frames without a person are interpolated where the found frames around them are at most this far
        apart, and get visibility and presence 0, being guessed and not seen. Longer gaps stay NaN, and
        nothing is filtered across them.
    """
    joined = np.concatenate([pose.image_px, pose.world_m], axis=2).astype(np.float64)
    values = joined.reshape(len(pose), -1)
    found: BoolArray = np.all(np.isfinite(values), axis=1)
    smoothed = np.full_like(values, np.nan)
    for frames in _stretches(pose.times_s, found, max_gap_s):
        seen = frames[found[frames]]
        channels = max(_NUMBERS_AT_ONCE // len(frames), 1)
        for first in range(0, values.shape[1], channels):
            part = slice(first, first + channels)
            smoothed[frames, part] = _smooth_stretch(
                pose.times_s[seen], values[seen, part], pose.times_s[frames], cutoff_hz
            )
    points = smoothed.reshape(joined.shape)
    guessed = np.isfinite(smoothed[:, 0]) & ~found
    return replace(
        pose,
        image_px=points[..., :2].astype(np.float32),
        world_m=points[..., 2:].astype(np.float32),
        visibility=np.where(guessed[:, None], np.float32(0), pose.visibility),
        presence=np.where(guessed[:, None], np.float32(0), pose.presence),
    )


def _stretches(times_s: Series, found: BoolArray, max_gap_s: float) -> Iterator[NDArray[np.intp]]:
    """Give the frames of each stretch that holds no gap longer than ``max_gap_s``."""
    seen = np.flatnonzero(found)
    if not len(seen):
        return
    far = np.flatnonzero(np.diff(times_s[seen]) > max_gap_s + _CLOCK_TOLERANCE_S)
    for part in np.split(seen, far + 1):
        yield np.arange(part[0], part[-1] + 1)


def _smooth_stretch(times_s: Series, values: Series, wanted_s: Series, cutoff_hz: float) -> Series:
    """Smooth one stretch, ``values`` (frame, channel) at ``times_s``, and give it at ``wanted_s``."""
    values = without_spikes(values)
    if len(times_s) < _MIN_FRAMES:
        return np.column_stack([np.interp(wanted_s, times_s, channel) for channel in values.T])
    steps_s = np.diff(times_s)
    # Bursts of frames with almost the same time must not make the clock race.
    step_s = max(float(np.median(steps_s)), float(np.mean(steps_s)) / 4)
    count = max(round((times_s[-1] - times_s[0]) / step_s) + 1, _MIN_FRAMES)
    clock = np.linspace(times_s[0], times_s[-1], count)
    uniform = make_interp_spline(times_s, values, k=1, axis=0)(clock)
    filtered = low_pass(uniform, (count - 1) / (times_s[-1] - times_s[0]), cutoff_hz)
    back: Series = CubicSpline(clock, filtered, axis=0)(wanted_s)
    return back


def without_spikes(values: Series) -> Series:
    """Replace single-frame spikes by the mean of their neighbours (Hampel's test, on detrended samples).

    A sample is a spike if it sticks out from *both* neighbours, on the same side, by more than three robust
    standard deviations of what the nine samples around it deviate from their own neighbours' mean; so
    neither a smooth turn of the movement nor a plateau of two frames is one. About that limit the share that
    is replaced grows from none to all.

    Parameters
    ----------
    values : ndarray, shape (frame, channel)
        Without NaN.
    """
    if len(values) < 3:
        return values
    before, here, after = values[:-2], values[1:-1], values[2:]
    deviation = np.abs(here - (before + after) / 2)
    spread = median_filter(deviation, size=(min(_SPIKE_WINDOW, len(here)), 1), mode="nearest")
    limit = _SPIKE_SIGMAS * _MAD_TO_SIGMA * spread
    peak = (here - before) * (here - after) > 0
    least_jump = np.minimum(np.abs(here - before), np.abs(here - after))
    surely, not_yet = (1 + _SPIKE_DOUBT) * limit, (1 - _SPIKE_DOUBT) * limit
    share = np.clip((least_jump - not_yet) / np.maximum(surely - not_yet, 1e-12), 0, 1)
    cleaned = values.copy()
    cleaned[1:-1] += np.where(peak, share, 0) * ((before + after) / 2 - here)
    return cleaned


def low_pass(values: Series, fps: float, cutoff_hz: float) -> Series:
    """Filter forth and back with a second-order Butterworth, together fourth order without lag.

    Parameters
    ----------
    values : ndarray, shape (frame, channel)
        At a uniform ``fps``, at least four frames.
    fps : float
        Frames per second.
    cutoff_hz : float
        Overall −3 dB frequency, lowered to a quarter of ``fps`` where it is above that.

    Notes
    -----
    D. A. Winter, Biomechanics and Motor Control of Human Movement, 4th ed., 2009, section 2.2.4.4.
    """
    cutoff_hz = min(cutoff_hz, _CUTOFF_SHARE_OF_FPS * fps)
    sections = butter(2, cutoff_hz / _TWO_PASSES, fs=fps, output="sos")
    # Two periods of run-up on either side, however short the stretch: reflected about its end points.
    padding = 2 * round(fps / cutoff_hz)
    padded = np.pad(values, ((padding, padding), (0, 0)), mode="reflect", reflect_type="odd")
    filtered: Series = sosfiltfilt(sections, padded, axis=0, padtype=None)[padding:-padding]
    return filtered
