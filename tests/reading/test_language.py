"""The language of a text is told from its first words, without a download and without numpy."""

import subprocess
import sys

import pytest

from wirewatch.reading.language import detect

FIRST_WORDS = {
    "en": [
        "Ministers met in Oslo on Monday to discuss the",
        "The harbour was closed after two ships collided overnight",
        "Thousands marched through the capital against the new tax",
        "Rescue teams searched for survivors beneath the fallen bridge",
    ],
    "fr": [
        "Les ministres se sont réunis lundi à Oslo pour",
        "Le port a été fermé après la collision de",
        "Des milliers de personnes ont défilé dans la capitale",
        "Les secours cherchent encore des survivants sous le pont",
    ],
    "de": [
        "Die Minister trafen sich am Montag in Oslo, um",
        "Der Hafen wurde nach dem Zusammenstoß zweier Schiffe gesperrt",
        "Tausende zogen aus Protest gegen die neue Steuer durch",
        "Rettungskräfte suchen unter der eingestürzten Brücke nach Überlebenden",
    ],
    "es": [
        "Los ministros se reunieron el lunes en Oslo para",
        "El puerto fue cerrado tras el choque de dos",
        "Miles de personas marcharon por la capital contra el",
        "Los equipos de rescate buscan supervivientes bajo el puente",
    ],
    "it": [
        "I ministri si sono riuniti lunedì a Oslo per",
        "Il porto è stato chiuso dopo lo scontro tra",
        "Migliaia di persone hanno sfilato nella capitale contro la",
        "I soccorritori cercano ancora superstiti sotto il ponte crollato",
    ],
    "nl": [
        "De ministers kwamen maandag in Oslo bijeen om te",
        "De haven werd gesloten nadat twee schepen waren gebotst",
        "Duizenden mensen trokken door de hoofdstad tegen de nieuwe",
        "Reddingswerkers zoeken nog naar overlevenden onder de ingestorte brug",
    ],
    "pl": [
        "Ministrowie spotkali się w poniedziałek w Oslo, aby omówić",
        "Port zamknięto po zderzeniu dwóch statków w nocy z",
        "Tysiące ludzi przeszło ulicami stolicy w proteście przeciw nowemu",
        "Ratownicy wciąż szukają ocalałych pod gruzami zawalonego mostu",
    ],
    "pt": [
        "Os ministros reuniram-se na segunda-feira em Oslo para discutir",
        "O porto foi fechado depois do choque entre dois",
        "Milhares de pessoas marcharam pela capital contra o novo",
        "As equipas de resgate ainda procuram sobreviventes debaixo da",
    ],
    "ru": [
        "Министры встретились в понедельник в Осло, чтобы обсудить новый",
        "Порт закрыли после столкновения двух судов в ночь на",
        "Тысячи людей прошли по столице против нового налога на",
        "Спасатели всё ещё ищут выживших под обрушившимся мостом через",
    ],
}


@pytest.mark.parametrize(
    ("language", "text"), [(code, text) for code, texts in FIRST_WORDS.items() for text in texts]
)
def test_nine_words_tell_the_language(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("ar", "اجتمع الوزراء يوم الاثنين لبحث خطة جديدة"),
        ("he", "השרים נפגשו ביום שני כדי לדון בתוכנית חדשה"),
        ("zh", "部长们周一开会讨论一项新计划"),
        ("uk", "Міністри зустрілися в понеділок, щоб обговорити новий план"),
        ("tr", "Bakanlar pazartesi günü yeni bir planı görüşmek için toplandı"),
    ],
)
def test_other_scripts_and_neighbours_are_told_too(language: str, text: str) -> None:
    assert detect(text) == language


def test_a_headline_in_capitals_and_an_address_do_not_mislead() -> None:
    assert detect("MINISTERS MEET IN OSLO TO DISCUSS THE NEW PLAN FOR THE HARBOUR") == "en"
    assert detect("Les ministres se sont réunis lundi https://example.org/the-news-today") == "fr"


@pytest.mark.parametrize("text", ["", "   ", "12:30 — 14:00", "\n\n", "¿?"])
def test_a_text_without_words_has_no_language(text: str) -> None:
    assert detect(text) is None


def test_telling_a_language_starts_fast_and_small() -> None:
    code = (
        "import sys, wirewatch.reading.language as l; l.detect('Ministers met in Oslo');"
        "peak = [x for x in open('/proc/self/status') if x.startswith('VmHWM')][0].split()[1];"
        "print(int('numpy' in sys.modules), peak)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    numpy, kilobytes = out.stdout.split()
    assert numpy == "0"
    assert int(kilobytes) < 60_000
