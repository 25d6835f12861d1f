"""Hearing words in sound. What nobody says is kept out three times: sound without a voice is not looked at
(Silero's network), what Whisper itself takes for no speech is left out, and so is what it is not sure of, or
says over and over again.
"""

from collections.abc import Iterator
from pathlib import Path

import ctranslate2
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment
from faster_whisper.vad import VadOptions, get_speech_timestamps

from killrvideo.adapters.language.snapshots import snapshot
from killrvideo.adapters.language.speech.messages import Line, Model, Wish
from killrvideo.adapters.language.speech.packaged import packaged_files
from killrvideo.adapters.language.speech.waves import Stretch, length_of, stretches

VOICE = VadOptions(threshold=0.5, min_speech_duration_ms=250, min_silence_duration_ms=1000)
WANTED = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*")
"""Files of a hub's model."""
COMPUTED_IN = "int8"
BEAM = 5
WARMTHS = [0.0, 0.4, 0.8]
"""Temperatures: the next one where what was heard is unlikely or repeats itself."""
SEED = 1
"""Of what is drawn at random where it is warm: so the same sound always has the same words."""

NO_SPEECH_MOST = 0.6
LOG_PROBABILITY_LEAST = -1.0
"""Of a token, on average."""
COMPRESSION_MOST = 2.4
"""How much shorter the text gets by compression; above, it repeats itself."""
SILENCE_MOST = 2.0
"""Seconds around unlikely words, for these to count as none."""


class Listener:
    def __init__(self, wish: Wish) -> None:
        self._wish = wish
        self._language = wish.language
        self._model: WhisperModel | None = None
        ctranslate2.set_random_seed(SEED)

    def lines(self) -> Iterator[Line]:
        """As the words come; a last one at the end. The model is loaded with the first voice.

        Raises ValueError for what is no model or no sound that can be used, OSError, RuntimeError, and what
        the hub's client raises.
        """
        length = length_of(self._wish.wave)
        for stretch in stretches(self._wish.wave):
            if not get_speech_timestamps(stretch.samples, VOICE):
                yield Line(progress=min(1.0, (stretch.starts + stretch.seconds) / length))
                continue
            model = self._loaded()
            if self._language is not None and self._language not in model.supported_languages:
                yield Line(is_known=False, is_last=True)
                return
            for segment in self._segments(model, stretch):
                progress = min(1.0, (stretch.starts + segment.end) / length)
                yield Line(progress=progress, words=_words(stretch, segment))
        yield Line(progress=1.0, language=self._language, is_last=True)

    def _loaded(self) -> WhisperModel:
        if self._model is None:
            self._model = load(self._wish.model, self._wish.threads)
        return self._model

    def _segments(self, model: WhisperModel, stretch: Stretch) -> Iterator[Segment]:
        segments, about = model.transcribe(
            stretch.samples,
            language=self._language,
            language_detection_segments=3,
            task=self._wish.task,
            beam_size=BEAM,
            temperature=WARMTHS,
            compression_ratio_threshold=COMPRESSION_MOST,
            log_prob_threshold=LOG_PROBABILITY_LEAST,
            # What was said before invites to repeat it.
            condition_on_previous_text=False,
            word_timestamps=True,
            hallucination_silence_threshold=SILENCE_MOST,
            vad_filter=True,
            vad_parameters=VOICE,
        )
        for segment in filter(_is_speech, segments):
            # The first words tell the language of all.
            self._language = self._language or about.language
            yield segment


def load(model: Model, threads: int) -> WhisperModel:
    """Raises as `Listener.lines` does."""

    def opened(place: Path, files: dict[str, bytes] | None = None) -> WhisperModel:
        if files is None and not (place / "model.bin").is_file():
            raise ValueError(f"{place} holds no model: it has no model.bin")
        return WhisperModel(
            str(place), device="cpu", compute_type=COMPUTED_IN, cpu_threads=threads, files=files
        )

    if model.kind == "packaged":
        return opened(Path("packaged"), packaged_files())
    if model.kind == "folder":
        return opened(Path(model.place))
    return snapshot(model.place, model.revision, WANTED, opened)


def _is_speech(segment: Segment) -> bool:
    return bool(
        segment.no_speech_prob <= NO_SPEECH_MOST
        and segment.avg_logprob >= LOG_PROBABILITY_LEAST
        and segment.compression_ratio <= COMPRESSION_MOST
    )


def _words(stretch: Stretch, segment: Segment) -> list[tuple[int, int, str]]:
    return [
        (round(1000 * (stretch.starts + word.start)), round(1000 * (stretch.starts + word.end)), word.word)
        for word in segment.words or ()
    ]
