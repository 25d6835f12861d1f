"""Translation by rules: Apertium, where it is installed, as a program of its own."""

import asyncio
from collections.abc import Sequence

import structlog

from killrvideo.adapters.language.translation.pairs import Pair, way
from killrvideo.adapters.subprocesses import running
from killrvideo.domain.errors import ModelUnavailable, TranslationUnavailable

log = structlog.get_logger(__name__)

PROGRAM = "apertium"
SECONDS = 60.0
"""That one call may take; a thousand sentences take two."""

LANGUAGES = """
    af=afr an=arg ast=ast be=bel bg=bul br=bre ca=cat crh=crh cy=cym da=dan de=deu en=eng eo=epo es=spa
    eu=eus fo=fao fr=fra ga=gle gl=glg hi=hin id=ind is=isl it=ita kk=kaz mk=mkd ms=zlm mt=mlt nb=nob
    nl=nld nn=nno oc=oci pl=pol pt=por ro=ron ru=rus sc=srd scn=scn sl=slv sr=srp sv=swe tr=tur tt=tat
    uk=ukr ur=urd zh=zho
"""
CODES = {code: tag for tag, code in (both.split("=") for both in LANGUAGES.split())}
"""Tags by Apertium's codes; older pairs of it are called by the tags themselves."""


class Apertium:
    """Keeps Translator."""

    name = PROGRAM

    def __init__(self, program: str = PROGRAM) -> None:
        self._program = program
        self._modes: dict[Pair, str] | None = None

    async def knows(self, source: str, target: str) -> bool:
        return way(await self._installed(), source, target) is not None

    async def translate(self, texts: Sequence[str], source: str, target: str) -> Sequence[str]:
        mode = way(await self._installed(), source, target)
        if mode is None:
            raise TranslationUnavailable
        divided = [[" ".join(line.split()) for line in text.split("\n")] for text in texts]
        lines = [line for text in divided for line in text]
        # Between blank lines nothing of one text flows into the next.
        answered = (await self._run("-u", "-f", "txt", mode, said="\n\n".join(lines))).split("\n")[::2]
        if len(answered) != len(lines):
            raise _unavailable("it answered with other lines than it was told")
        following = iter(answered)
        return ["\n".join(next(following).strip() for _ in text) for text in divided]

    async def _installed(self) -> dict[Pair, str]:
        """What Apertium calls the pairs that are installed; looked for once."""
        if self._modes is None:
            try:
                listed = await self._run("-l", said="")
            except FileNotFoundError:
                listed = ""
            self._modes = dict(found for mode in listed.split() if (found := _pair(mode)))
        return self._modes

    async def _run(self, *arguments: str, said: str) -> str:
        """What it answers. Raises ModelUnavailable, FileNotFoundError."""
        try:
            async with asyncio.timeout(SECONDS), running(self._program, *arguments) as started:
                answer, _ = await asyncio.gather(started.output.read(), started.tell_all(said.encode()))
                if await started.process.wait() != 0:
                    raise _unavailable(started.complaints())
                return answer.decode("utf-8", "replace").removesuffix("\n")
        except TimeoutError:
            raise _unavailable("it took too long") from None


def _pair(mode: str) -> tuple[Pair, str] | None:
    """The languages of a mode; None for one of a country or a style, such as ``spa-eng_US``."""
    source, _, target = mode.partition("-")
    if not (source.isalpha() and target.isalpha()):
        return None
    return Pair(CODES.get(source, source), CODES.get(target, target)), mode


def _unavailable(reason: str) -> ModelUnavailable:
    log.warning("apertium_failed", reason=reason)
    return ModelUnavailable("The translator does not work.")
