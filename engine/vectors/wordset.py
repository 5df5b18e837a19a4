"""Sets of frequent words in groups, written for this app: what a map should keep together."""

from __future__ import annotations

from engine.errors import N_
from engine.vectors.wordset_zh import CHINESE_GROUPS

#: Group -> its words.
ENGLISH_GROUPS = (
    (
        N_("animals"),
        "cat dog horse cow pig sheep goat rabbit mouse rat lion tiger bear wolf fox elephant "
        "monkey snake bird chicken duck eagle fish shark whale frog bee spider deer turtle",
    ),
    (
        N_("food"),
        "bread rice meat beef pork cheese butter milk egg apple orange banana lemon tomato "
        "potato onion garlic salt sugar pepper coffee tea wine beer soup salad cake chocolate "
        "honey corn",
    ),
    (
        N_("countries"),
        "china japan india france germany italy spain russia england ireland sweden norway "
        "poland greece turkey egypt kenya nigeria brazil argentina chile peru mexico canada "
        "cuba australia iran iraq israel korea",
    ),
    (
        N_("cities"),
        "beijing shanghai tokyo delhi mumbai paris london berlin rome madrid moscow vienna "
        "athens cairo baghdad tehran sydney chicago boston seattle toronto amsterdam brussels "
        "dublin stockholm warsaw prague budapest seoul bangkok",
    ),
    (
        N_("verbs"),
        "go come run walk sit stand eat drink sleep speak listen read write think know "
        "believe want need give take make build break open close buy sell win lose learn",
    ),
    (
        N_("number words"),
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy "
        "eighty ninety hundred thousand million",
    ),
    (
        N_("colours"),
        "red green blue yellow orange purple pink brown black white gray silver gold violet",
    ),
    (
        N_("body"),
        "head face eye ear nose mouth tooth tongue neck shoulder arm hand finger chest heart "
        "stomach back leg knee foot skin bone blood brain lung liver muscle hair throat hip",
    ),
    (
        N_("family"),
        "mother father son daughter brother sister uncle aunt cousin nephew niece grandfather "
        "grandmother husband wife parent child baby widow twin",
    ),
    (
        N_("time"),
        "second minute hour day week month year decade century morning afternoon evening "
        "night monday tuesday wednesday thursday friday saturday sunday january february "
        "march april june july august september october november december",
    ),
    (
        N_("jobs"),
        "doctor nurse teacher lawyer judge engineer scientist writer poet actor singer "
        "painter farmer soldier pilot driver cook baker butcher priest mayor president "
        "minister secretary journalist photographer architect dentist carpenter mechanic",
    ),
    (
        N_("music"),
        "music song melody rhythm piano guitar violin drum flute trumpet orchestra opera jazz "
        "rock blues concert album band choir symphony",
    ),
)

GROUPS = {"en": ENGLISH_GROUPS, "zh": CHINESE_GROUPS}


def group_words(*, language: str = "en") -> tuple[str, ...]:
    """The words of one language, each once: "orange" counts with the food.

    Parameters
    ----------
    language : "en" or "zh".
    """
    return tuple(_first_groups(language))


def group_labels(*, language: str = "en") -> tuple[str, ...]:
    """The group of each of `group_words`."""
    return tuple(_first_groups(language).values())


def _first_groups(language: str) -> dict[str, str]:
    """Word -> the first group that has it."""
    found: dict[str, str] = {}
    for group, words in GROUPS[language]:
        for word in words.split():
            found.setdefault(word, group)
    return found
