"""The cast: six accounts that can be signed in to, and a neighbourhood that fills the groups."""

from dataclasses import dataclass

from messenger.demo.portraits import Face, random_face


@dataclass(frozen=True)
class Person:
    handle: str
    name: str
    bio: str = ""
    status: str = ""
    language: str = "en"
    time_zone: str = "Europe/Berlin"
    face: Face | None = None

    @property
    def alias(self) -> str:
        """What the scripts call them."""
        return self.handle.partition("_")[0]


ACCOUNTS = [
    Person("alice", "Alice Novak", "Tomatoes, ladders, chocolate cake. 9b.", "🍅 ripe ones on the stairs",
           face=Face(4, 0, "red", "long", "#4f8a5b")),
    Person("bob", "Bob Fischer", "Drill borrower. Plays the harmonica, sorry.", "Level, this time",
           face=Face(1, 1, "brown", "short", "#3f6fb5", beard=True)),
    Person("charlie", "Charlie Okafor", "Father of Gerald (a tomato).", "🌱 four leaves",
           face=Face(2, 3, "black", "curly", "#d08a3a", glasses=True)),
    Person("dana", "Dana Lindqvist", "I repair bicycles. Ferry Street 3.", "In the workshop until 18:00",
           face=Face(0, 0, "blond", "bun", "#2f7de1")),
    Person("erin", "Erin Hoffmann", "Teaches science. Grows beans.", "Answers until 18:00", language="de",
           face=Face(3, 1, "brown", "bob", "#6b4fa0", glasses=True)),
    Person("mod", "Tenfold Moderation", "We never ask for a password or a code.",
           face=Face(7, 2, "black", "bun", "#34495e")),
]  # fmt: skip

_NEIGHBOURS = """
tom_becker Tom Becker, grace_adeyemi Grace Adeyemi, nina_roth Nina Roth, paul_roth Paul Roth, priya_raman Priya Raman,
yusuf_kaya Yusuf Kaya, lena_brandt Lena Brandt, marco_rossi Marco Rossi, kenji_sato Kenji Sato, hugo_martin Hugo Martin,
leo_winter Leo Winter, maria_sokolova Мария Соколова, viktor_petrov Виктор Петров, clara_jensen Clara Jensen,
oscar_lund Oscar Lund, felix_braun Felix Braun, ines_costa Inês Costa, emma_dubois Emma Dubois, petra_vogel Petra Vogel,
isla_murray Isla Murray, jonas_keller Jonas Keller, kate_keller Kate Keller, diego_alvarez Diego Álvarez,
noor_haddad Noor Haddad, liam_walsh Liam Walsh, mona_farouk Mona Farouk, sofia_greco Sofia Greco, ben_carter Ben Carter,
greta_holm Greta Holm, hannah_weiss Hannah Weiss, omar_aziz Omar Aziz, aisha_bello Aisha Bello
"""
_BIOS = {"marco": "Coffee from 8. Not 7.", "leo": "Seven songs, one of them twice.",
         "grace": "Number 14, ground floor.",
         "maria": "Пироги по субботам.", "tom": "Keeps the lists.", "kenji": "Medium strength."}  # fmt: skip
_LANGUAGES = {"maria": "ru", "viktor": "ru", "petra": "de", "lena": "de"}


def neighbours() -> list[Person]:
    people = []
    for number, entry in enumerate(_NEIGHBOURS.replace("\n", " ").split(", ")):
        handle, _space, name = entry.strip().partition(" ")
        alias = handle.partition("_")[0]
        face = random_face(number) if number % 6 != 5 else None  # some have initials only
        people.append(Person(handle, name, _BIOS.get(alias, ""), language=_LANGUAGES.get(alias, "en"), face=face))
    return people


STRANGER = Person("parcel_service_24", "Parcel Service 24")
EVERYBODY = [*ACCOUNTS, *neighbours()]
CONTACTS = {
    "alice": ["bob", "charlie", "dana", "erin", "maria", "grace", "tom"],
    "bob": ["alice", "charlie", "dana", "leo"],
    "charlie": ["alice", "bob"],
    "dana": ["alice", "bob"],
    "erin": ["alice"],
    "maria": ["alice", "viktor"],
}
