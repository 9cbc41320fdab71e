"""Topics: what they are called, and the words that tell of them, in the languages we speak.

A story has those whose words it uses: a word in the title counts twice, and three points make a topic; two at most.
"""

import re
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache

from django.utils.translation import pgettext_lazy

from core.search import pipeline

ENOUGH, AT_MOST = 3, 2
TITLE_POINTS, TEXT_POINTS = 2, 1


@dataclass(frozen=True)
class Topic:
    slug: str
    name: object  # lazy: in the reader's language
    icon: str
    words: str


TOPICS = {
    topic.slug: topic
    for topic in (
        Topic("politics", pgettext_lazy("a topic", "Politics"), "landmark", """
            election vote parliament minister president government senate congress mayor council coalition party policy
            law bill treaty diplomat embassy campaign ballot reform
            wahl parlament minister präsident regierung bundestag bürgermeister koalition partei gesetz reform stadtrat
            выборы парламент министр президент правительство дума мэр партия закон реформа депутат голосование
            """),
        Topic("business", pgettext_lazy("a topic", "Business"), "trending-up", """
            economy market bank inflation shares stock profit revenue company merger trade tariff budget tax invest
            investor jobs unemployment startup bonds currency
            wirtschaft markt bank inflation aktie gewinn umsatz unternehmen fusion handel zoll haushalt steuer
            экономика рынок банк инфляция акции прибыль компания сделка торговля пошлина бюджет налог инвестор
            """),
        Topic("technology", pgettext_lazy("a topic", "Technology"), "cpu", """
            software computer chip internet phone app robot ai algorithm data startup privacy encryption browser code
            developer satellite battery network cyber semiconductor
            software computer chip internet handy roboter ki daten verschlüsselung netz entwickler batterie
            программа компьютер чип интернет телефон робот ии данные шифрование сеть разработчик батарея
            """),
        Topic("science", pgettext_lazy("a topic", "Science"), "flask-conical", """
            science scientist research study telescope planet moon space mission laboratory physics chemistry biology
            fossil species genome astronomer comet particle
            wissenschaft forscher forschung studie teleskop planet mond raumfahrt labor physik chemie biologie fossil
            наука ученые исследование телескоп планета луна космос лаборатория физика химия биология вид геном
            """),
        Topic("health", pgettext_lazy("a topic", "Health"), "heart-pulse", """
            health hospital doctor nurse patient disease virus vaccine medicine therapy cancer flu surgery drug clinic
            pandemic diet sleep
            gesundheit krankenhaus arzt ärztin pflege patient krankheit virus impfung medizin therapie krebs grippe
            здоровье больница врач пациент болезнь вирус вакцина медицина терапия рак грипп клиника
            """),
        Topic("climate", pgettext_lazy("a topic", "Climate and nature"), "leaf", """
            climate weather storm flood drought heatwave emission carbon forest river glacier wildlife solar wind energy
            reef ocean wolf bird harvest
            klima wetter sturm hochwasser dürre hitze emission wald fluss gletscher tiere solar windkraft energie ernte
            климат погода шторм наводнение засуха жара выбросы лес река ледник животные солнечный ветер энергия урожай
            """),
        Topic("sports", pgettext_lazy("a topic", "Sport"), "trophy", """
            match goal league cup team coach striker final championship tournament olympic race marathon tennis football
            cricket basketball medal referee season
            spiel tor liga pokal mannschaft trainer stürmer finale meisterschaft turnier rennen marathon tennis fußball
            матч гол лига кубок команда тренер нападающий финал чемпионат турнир гонка марафон теннис футбол медаль
            """),
        Topic("culture", pgettext_lazy("a topic", "Culture"), "palette", """
            film museum theatre theater novel book author painting exhibition concert opera album band festival actor
            director gallery poet music
            film museum theater roman buch autor gemälde ausstellung konzert oper album festival schauspieler musik
            фильм музей театр роман книга автор картина выставка концерт опера альбом фестиваль актер музыка
            """),
        Topic("education", pgettext_lazy("a topic", "Education"), "graduation-cap", """
            school teacher student pupil university exam classroom lesson college campus degree scholarship kindergarten
            curriculum
            schule lehrer lehrerin schüler universität prüfung unterricht hochschule studium stipendium kita
            школа учитель ученик студент университет экзамен урок стипендия учеба
            """),
        Topic("travel", pgettext_lazy("a topic", "Travel"), "plane", """
            travel train rail airport flight airline tourist tourism hotel ferry bridge tunnel road tram station metro
            passenger timetable
            reise bahn zug flughafen flug tourist hotel fähre brücke tunnel straße bahnhof fahrplan
            путешествие поезд аэропорт рейс турист отель паром мост тоннель дорога трамвай вокзал метро пассажир
            """),
        Topic("food", pgettext_lazy("a topic", "Food"), "utensils", """
            food restaurant recipe chef kitchen bread cheese wine coffee bakery vegetable dish menu baker
            essen restaurant rezept koch küche brot käse wein kaffee bäckerei gemüse gericht
            еда ресторан рецепт повар кухня хлеб сыр вино кофе пекарня овощи блюдо
            """),
        Topic("society", pgettext_lazy("a topic", "Society"), "users", """
            court police trial prison family housing rent migration refugee protest strike union charity church
            neighbour crime judge
            gericht polizei prozess gefängnis familie wohnung miete migration protest streik gewerkschaft kirche
            суд полиция тюрьма семья жилье аренда миграция протест забастовка профсоюз церковь преступление
            """),
    )
}  # fmt: skip


@lru_cache(maxsize=1)
def _index() -> dict[str, tuple[str, ...]]:
    """Stem, in any of the languages -> topics."""
    found: dict[str, tuple[str, ...]] = {}
    for topic in TOPICS.values():
        for word in topic.words.split():
            for stem in _stems(word):
                if topic.slug not in found.get(stem, ()):
                    found[stem] = (*found.get(stem, ()), topic.slug)
    return found


def _stems(word: str) -> set[str]:
    return {pipeline.stem_of(word, language) for language in ("en", "de", "ru")}


def topics_of(title: str, text: str, named: str = "") -> list[str]:
    """Slugs, the surest first. `named`: what the source calls itself."""
    points: Counter[str] = Counter()
    for part, each in ((title, TITLE_POINTS), (text, TEXT_POINTS), (named, TEXT_POINTS)):
        seen: set[str] = set()
        for token in pipeline.tokens(re.sub(r"\s+", " ", part)):
            for topic in {topic for stem in _stems(token.text) for topic in _index().get(stem, ())}:
                if (token.text, topic) not in seen:
                    seen.add((token.text, topic))  # type: ignore[arg-type]
                    points[topic] += each
    ranked = sorted(points.items(), key=lambda item: (-item[1], item[0]))
    return [topic for topic, count in ranked if count >= ENOUGH][:AT_MOST]
