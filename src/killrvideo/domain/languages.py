"""Languages by their tags: what they are called, and which are the same to whoever listens."""

ALL = """
    af Afrikaans, am Amharic, ar Arabic, as Assamese, az Azerbaijani, ba Bashkir, be Belarusian,
    bg Bulgarian, bn Bengali, bo Tibetan, br Breton, bs Bosnian, ca Catalan, cs Czech, cy Welsh,
    da Danish, de German, el Greek, en English, eo Esperanto, es Spanish, et Estonian, eu Basque,
    fa Persian, fi Finnish, fo Faroese, fr French, ga Irish, gl Galician, gu Gujarati, ha Hausa,
    haw Hawaiian, he Hebrew, hi Hindi, hr Croatian, ht Haitian Creole, hu Hungarian, hy Armenian,
    id Indonesian, is Icelandic, it Italian, ja Japanese, jv Javanese, ka Georgian, kk Kazakh,
    km Khmer, kn Kannada, ko Korean, la Latin, lb Luxembourgish, ln Lingala, lo Lao, lt Lithuanian,
    lv Latvian, mg Malagasy, mi Maori, mk Macedonian, ml Malayalam, mn Mongolian, mr Marathi,
    ms Malay, mt Maltese, my Burmese, nb Norwegian Bokmål, ne Nepali, nl Dutch, nn Norwegian Nynorsk,
    no Norwegian, oc Occitan, pa Punjabi, pl Polish, ps Pashto, pt Portuguese, ro Romanian,
    ru Russian, sa Sanskrit, sd Sindhi, si Sinhala, sk Slovak, sl Slovenian, sn Shona, so Somali,
    sq Albanian, sr Serbian, su Sundanese, sv Swedish, sw Swahili, ta Tamil, te Telugu, tg Tajik,
    th Thai, tk Turkmen, tl Tagalog, tr Turkish, tt Tatar, uk Ukrainian, ur Urdu, uz Uzbek,
    vi Vietnamese, yi Yiddish, yo Yoruba, yue Cantonese, zh Chinese
"""
NAMES = dict(language.strip().split(" ", 1) for language in ALL.split(","))
"""In English, by tag."""

ENGLISH = "en"


def is_same(tag: str, other: str) -> bool:
    """Whether both are one language, be it of two countries or in two scripts."""
    return _first(tag) == _first(other)


def label_of(tag: str, note: str) -> str:
    """What a menu shows, such as ``Portuguese (BR, automatic)``."""
    first, _, rest = tag.partition("-")
    return f"{NAMES.get(first, first)} ({', '.join(filter(None, (rest, note)))})"


def _first(tag: str) -> str:
    return tag.lower().partition("-")[0]
