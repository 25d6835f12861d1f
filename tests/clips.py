"""Short films that ffmpeg makes for tests, each once in a session, and only if some test asks for it.

Where it matters which picture one sees, each has one shade of grey that tells its number (`number_of`).
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

import imageio_ffmpeg

DARKEST, STEP, SHADES = 24, 5, 40
"""A picture's shade tells its number, but for whole multiples of `SHADES`."""
COUNTED = f"geq=lum='{DARKEST}+{STEP}*mod(N,{SHADES})':cb=128:cr=128"
FLASH_AT = 2.0
"""Second at which a black film shines, and a silent one sounds, for `FLASH_SECONDS`."""
FLASH_SECONDS = 0.2
TONE = 440
"""Hertz."""
X264 = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p")
AAC = ("-c:a", "aac", "-b:a", "96k")


def ffmpeg(*arguments: str) -> None:
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-hide_banner", "-loglevel", "error", "-nostdin", "-y"]
    done = subprocess.run([*command, *arguments], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr


def number_of(luma: float) -> int:
    return round((luma - DARKEST) / STEP)


class Clips:
    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def plain(self) -> Path:
        """Six seconds in two sizes' reach, with a tone in mono."""
        return self._made("plain.mp4", counted("480x360", "25", 6), tone(6), *X264, *AAC)

    def ntsc(self) -> Path:
        """So many pictures that there are two groups, at 30,000 in 1001 seconds."""
        return self._made("ntsc.mp4", counted("64x36", "30000/1001", 33), *X264)

    def with_a_rest(self) -> Path:
        """One picture longer than a group."""
        return self._made("rest.mkv", counted("64x36", "5", 30.2), *X264)

    def single(self) -> Path:
        """One picture."""
        return self._made("single.mp4", counted("64x36", "5", 0.2), *X264)

    def long(self) -> Path:
        """Two groups in two sizes; as it has few pictures it is soon encoded. In stereo."""
        return self._made("long.mkv", counted("480x360", "10", 35), tone(35), *X264, *AAC, "-ac", "2")

    def variable(self) -> Path:
        """Of 25 pictures in a second many are left out, some of them for more than three seconds."""
        chosen = "select='lt(mod(n,7),2)*not(between(n,100,180))'"
        return self._made(
            "variable.mp4", counted("64x36", "25", 12), "-vf", chosen, "-fps_mode", "vfr", *X264
        )

    def silent(self) -> Path:
        return self._made("silent.webm", counted("64x36", "25", 2), "-c:v", "libvpx", "-deadline", "realtime")

    def silent_and_long(self) -> Path:
        """Two groups."""
        return self._made("silent.mkv", counted("480x360", "10", 35), *X264)

    def sound_only(self) -> Path:
        return self._made("sound.m4a", tone(8), *AAC)

    def with_cover(self) -> Path:
        """Sound, and a picture that does not move."""
        cover = self._made("cover.png", counted("64x64", "1", 1), "-frames:v", "1")
        arguments = ("-i", str(self.sound_only()), "-i", str(cover), "-map", "0:a", "-map", "1:v")
        return self._run("cover.m4a", *arguments, "-c", "copy", "-disposition:v:0", "attached_pic")

    def upright(self) -> Path:
        """Lies on its side, and says that it is to be turned."""
        lying = self._made("lying.mp4", counted("640x360", "25", 1), *X264)
        return self._run("upright.mp4", "-display_rotation", "90", "-i", str(lying), "-c", "copy")

    def odd(self) -> Path:
        """Sides of an odd number of pixels, which are not square."""
        shape = ("-vf", "setsar=4/3", "-c:v", "ffv1", "-pix_fmt", "yuv444p")
        return self._made("odd.mkv", counted("321x243", "25", 1), *shape)

    def late_pictures(self) -> Path:
        """The clock begins at 100 seconds, sound at once, pictures half a second after it."""
        return self._flash("late.ts", "-output_ts_offset", "100", pictures_late=0.5)

    def late_sound(self) -> Path:
        return self._flash("late.mp4", sound_late=0.75)

    def flash(self) -> Path:
        return self._flash("flash.mp4")

    def unindexed(self) -> Path:
        """One key frame at the beginning, and nothing tells where any picture is."""
        return self._made(
            "unindexed.ts", counted("64x36", "5", 34), *X264, "-g", "1000", "-sc_threshold", "0"
        )

    def apart(self) -> Path:
        """More than ten minutes, with key frames 20 seconds apart; nothing tells where they are."""
        return self._made("apart.ts", counted("64x36", "5", 640), *X264, "-g", "100", "-sc_threshold", "0")

    def still_for_long(self) -> Path:
        """Five pictures, then more than ten minutes of sound alone; nothing tells where they are."""
        return self._made("still.ts", counted("64x36", "5", 1), tone(640), *X264, *AAC)

    def quick_then_still(self) -> Path:
        """A second of 50 pictures, of which the last one stays for half a minute of sound."""
        return self._made("quick.mp4", counted("64x36", "50", 1), tone(30), *X264, *AAC)

    def still_with_sound(self) -> Path:
        """Pictures end after a second, sound goes on for longer than a group."""
        return self._made("still.mp4", counted("64x36", "5", 1), tone(33), *X264, *AAC)

    def recorded_live(self) -> Path:
        """As browsers record: no length is told."""
        live = ("-c:v", "libvpx", "-deadline", "realtime", "-live", "1", "-f", "webm")
        return self._made("live.webm", counted("64x36", "25", 3), *live)

    def bright(self) -> Path:
        """Brighter than ordinary screens can show: grey of 203 candelas per square metre, as paper has it."""
        grey = "nullsrc=s=64x36:r=25:d=1,format=yuv420p10le,geq=lum=575:cb=512:cr=512"
        light = "setparams=color_trc=smpte2084:color_primaries=bt2020:colorspace=bt2020nc"
        deep = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p10le")
        return self._made("bright.mov", "-f", "lavfi", "-i", f"{grey},{light}", *deep)

    def interlaced(self) -> Path:
        """Each picture is two, whose lines alternate: of two shades that are never the same again."""
        halves = "nullsrc=s=64x36:r=50:d=1,geq=lum='16+mod(N*97,219)':cb=128:cr=128"
        woven = ("-vf", "tinterlace=interleave_top,setfield=tff", "-flags", "+ilme+ildct")
        return self._made("interlaced.ts", "-f", "lavfi", "-i", halves, *woven, "-c:v", "mpeg2video")

    def begins_black(self) -> Path:
        """Black for half of its eight seconds, then something to see."""
        black = "drawbox=t=fill:color=black:enable='lt(t,4)'"
        return self._made(
            "black.mp4", ("-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=8"), "-vf", black, *X264
        )

    def _flash(self, name: str, *how: str, pictures_late: float = 0.0, sound_late: float = 0.0) -> Path:
        """What is seen and heard at one moment: 4 seconds, with a flash and a beep."""
        shining = f"between(t,{FLASH_AT},{FLASH_AT + FLASH_SECONDS - 0.01})"
        sounding = f"between(t,{FLASH_AT - sound_late},{FLASH_AT - sound_late + FLASH_SECONDS})"
        return self._made(
            name,
            ("-itsoffset", str(pictures_late)),
            ("-f", "lavfi", "-i", f"color=black:s=64x36:r=50:d={4 - pictures_late}"),
            ("-itsoffset", str(sound_late)),
            (
                "-f",
                "lavfi",
                "-i",
                f"aevalsrc='if({sounding},0.8*sin(2*PI*1000*t),0)':d={4 - sound_late}:s=48000",
            ),
            *("-vf", f"drawbox=t=fill:color=white:enable='{shining}'"),
            *(*X264, *AAC, *how),
        )

    def _made(self, name: str, *arguments: str | Sequence[str]) -> Path:
        flat = [
            one for argument in arguments for one in ([argument] if isinstance(argument, str) else argument)
        ]
        return self._run(name, *flat)

    def _run(self, name: str, *arguments: str) -> Path:
        file = self._folder / name
        if not file.exists():
            ffmpeg(*arguments, str(file))
        return file


def counted(size: str, rate: str, seconds: float) -> tuple[str, ...]:
    small = f"nullsrc=s=16x16:r={rate}:d={seconds},{COUNTED}"
    return "-f", "lavfi", "-i", f"{small},scale={size},setsar=1"


def tone(seconds: float) -> tuple[str, ...]:
    return "-f", "lavfi", "-i", f"sine=f={TONE}:r=44100:d={seconds}"
