"""The tree of categories a new service begins with. Moderators change it in the admin; planting again only adds.

A line is: slug | Lucide icon | English | German | Russian | attributes. Two spaces of indent are one level. Attributes
hold for everything below; "!" makes one required.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

TREE = """
electronics | smartphone | Electronics | Elektronik | Электроника | brand
  phones | smartphone | Phones | Handys | Телефоны | storage! color network_lock
  computers | laptop | Computers | Computer | Компьютеры | memory storage screen
  tablets | tablet | Tablets & readers | Tablets & Reader | Планшеты и ридеры | storage screen
  audio | headphones | Audio | Audio | Аудио | wireless
  cameras | camera | Cameras | Kameras | Фотоаппараты | mount
  tv | tv | TV & video | TV & Video | Телевизоры и видео | screen
  games | gamepad-2 | Games & consoles | Spiele & Konsolen | Игры и приставки | platform
  components | cpu | Parts & accessories | Teile & Zubehör | Комплектующие |
  smart-home | house-wifi | Smart home | Smart Home | Умный дом |
home | sofa | Home & garden | Haus & Garten | Дом и сад |
  furniture | armchair | Furniture | Möbel | Мебель | material color width
  kitchen | cooking-pot | Kitchen | Küche | Кухня | brand material
  appliances | washing-machine | Appliances | Haushaltsgeräte | Бытовая техника | brand energy_class
  lamps | lamp | Lamps | Lampen | Светильники |
  textiles | bed | Textiles & bedding | Heimtextilien | Домашний текстиль | material
  garden | flower-2 | Garden & plants | Garten & Pflanzen | Сад и растения |
  tools | hammer | Tools | Werkzeug | Инструменты | brand
  decoration | frame | Decoration | Dekoration | Декор | color
leisure | bike | Bicycles & sport | Fahrräder & Sport | Велосипеды и спорт | brand
  bicycles | bike | Bicycles | Fahrräder | Велосипеды | bike_type! frame_size wheel_size color electric
  bike-parts | wrench | Bicycle parts | Fahrradteile | Велозапчасти |
  fitness | dumbbell | Fitness | Fitness | Фитнес |
  camping | tent | Camping & hiking | Camping & Wandern | Туризм |
  winter | snowflake | Winter sports | Wintersport | Зимний спорт | length
  water | sailboat | Water sports | Wassersport | Водный спорт |
  ball-games | volleyball | Ball games | Ballsport | Игры с мячом |
  fishing | fish | Fishing | Angeln | Рыбалка |
fashion | shirt | Fashion | Mode | Одежда и мода | brand color
  women | shirt | Women's clothing | Damenmode | Женская одежда | clothing_size! material
  men | shirt | Men's clothing | Herrenmode | Мужская одежда | clothing_size! material
  shoes | footprints | Shoes | Schuhe | Обувь | shoe_size!
  bags | handbag | Bags & luggage | Taschen & Koffer | Сумки и чемоданы | material
  watches | watch | Watches | Uhren | Часы |
  jewellery | gem | Jewellery | Schmuck | Украшения | material
  beauty | sparkles | Beauty | Beauty | Красота |
children | baby | Children | Kinder | Детям |
  kids-clothing | shirt | Children's clothing | Kinderkleidung | Детская одежда | kids_size! color
  toys | blocks | Toys | Spielzeug | Игрушки | age
  prams | baby | Prams & seats | Kinderwagen & Sitze | Коляски и кресла | brand
  kids-furniture | bed-single | Children's furniture | Kindermöbel | Детская мебель | color
  school | backpack | School things | Schulsachen | Для школы |
media | book-open | Books, music & film | Bücher, Musik & Film | Книги, музыка, кино | language
  books | book | Books | Bücher | Книги | author isbn
  textbooks | graduation-cap | Textbooks | Lehrbücher | Учебники | author isbn
  comics | book-image | Comics | Comics | Комиксы |
  records | disc-3 | Records & CDs | Platten & CDs | Пластинки и диски | artist
  films | clapperboard | Films | Filme | Фильмы |
  instruments | guitar | Instruments | Instrumente | Музыкальные инструменты | brand
  board-games | dices | Board games | Brettspiele | Настольные игры | players
vehicles | car | Vehicles & parts | Fahrzeuge & Teile | Транспорт и запчасти | brand
  cars | car | Cars | Autos | Автомобили | year! mileage! fuel! gearbox power
  motorcycles | motorbike | Motorcycles | Motorräder | Мотоциклы | year! mileage! power
  scooters | scooter | E-scooters | E-Scooter | Электросамокаты | range
  trailers | caravan | Trailers & caravans | Anhänger & Wohnwagen | Прицепы и автодома | year
  boats | sailboat | Boats | Boote | Лодки | year length
  car-parts | cog | Car parts | Autoteile | Автозапчасти |
  tyres | circle-dot | Tyres & wheels | Reifen & Felgen | Шины и диски | season rim
art | palette | Art & handmade | Kunst & Handgemachtes | Искусство и ручная работа | material
  paintings | brush | Paintings & prints | Gemälde & Drucke | Картины и печать | width height
  ceramics | amphora | Ceramics | Keramik | Керамика |
  handmade | scissors | Handmade | Handgemachtes | Ручная работа |
  antiques | hourglass | Antiques | Antiquitäten | Антиквариат | year
  collectibles | stamp | Collectibles | Sammeln | Коллекционирование |
  craft-supplies | pencil-ruler | Craft supplies | Bastelbedarf | Для рукоделия |
tickets | ticket | Tickets | Tickets | Билеты | event_date! seat
  concerts | music | Concerts | Konzerte | Концерты |
  theatre | drama | Theatre & shows | Theater & Shows | Театр и шоу |
  sport-events | trophy | Sport events | Sport | Спорт |
  festivals | party-popper | Festivals | Festivals | Фестивали |
  travel | train-front | Travel & vouchers | Reisen & Gutscheine | Поездки и сертификаты |
services | hand-helping | Services | Dienstleistungen | Услуги | where
  repair | wrench | Repair | Reparatur | Ремонт |
  lessons | presentation | Lessons & tutoring | Unterricht & Nachhilfe | Уроки и репетиторы | subject
  moving | truck | Moving & transport | Umzug & Transport | Переезды и перевозки |
  cleaning | spray-can | Cleaning | Reinigung | Уборка |
  craftsmen | paint-roller | Building & renovation | Bauen & Renovieren | Строительство и ремонт |
  childcare | baby | Care & childcare | Betreuung | Уход и няни |
  wellness | heart-pulse | Health & wellness | Gesundheit & Wellness | Здоровье |
  events | cake | Events & catering | Feste & Catering | Праздники и кейтеринг |
  photography | aperture | Photo & video | Foto & Video | Фото и видео |
  it | code | IT & design | IT & Design | ИТ и дизайн |
  translation | languages | Translation | Übersetzung | Переводы |
courses | graduation-cap | Courses | Kurse | Курсы | course_level language
  language-courses | languages | Languages | Sprachen | Языки |
  programming | code | Programming | Programmieren | Программирование |
  school-help | school | School & university | Schule & Studium | Школа и вуз |
  music-courses | music | Music | Musik | Музыка |
  creative | palette | Creative | Kreatives | Творчество |
  business | briefcase | Work & business | Beruf & Business | Работа и бизнес |
digital | download | Digital goods | Digitale Güter | Цифровые товары | file_format
  ebooks | book-open-text | E-books | E-Books | Электронные книги | language
  templates | layout-template | Templates & patterns | Vorlagen & Schnittmuster | Шаблоны и выкройки |
  graphics | image | Graphics & photos | Grafik & Fotos | Графика и фото |
  music-files | file-music | Music & sounds | Musik & Klänge | Музыка и звуки |
  software | app-window | Software & licences | Software & Lizenzen | Программы и лицензии | platform
  printables-3d | box | 3D models | 3D-Modelle | 3D-модели |
food | carrot | Groceries & local food | Lebensmittel & Regionales | Продукты | organic
  vegetables | carrot | Fruit & vegetables | Obst & Gemüse | Овощи и фрукты |
  bakery | croissant | Bread & cakes | Brot & Kuchen | Хлеб и выпечка |
  honey | hexagon | Honey & preserves | Honig & Eingemachtes | Мёд и заготовки |
  cheese | milk | Milk, cheese & eggs | Milch, Käse & Eier | Молоко, сыр, яйца |
  drinks | cup-soda | Coffee, tea & drinks | Kaffee, Tee & Getränke | Кофе, чай, напитки |
pets | paw-print | Pet supplies | Tierbedarf | Для животных | animal
  pet-food | bone | Food | Futter | Корм |
  pet-things | paw-print | Accessories | Zubehör | Принадлежности |
  aquaristics | fish-symbol | Aquariums | Aquaristik | Аквариумы |
free | gift | Free & to give away | Zu verschenken | Отдам даром |
  free-furniture | sofa | Furniture | Möbel | Мебель |
  free-things | package-open | Things | Sachen | Вещи |
  free-materials | brick-wall | Materials | Material | Материалы |
"""


class Kind(NamedTuple):
    """An attribute as text: type, unit, English, German, Russian, choices. `*` before the type: a facet."""

    type: str
    unit: str
    names: tuple[str, str, str]
    choices: str = ""  # "value=English/German/Russian, …"; the value alone when it is the same everywhere


_COLORS = (
    "black=Black/Schwarz/Чёрный, white=White/Weiß/Белый, grey=Grey/Grau/Серый, red=Red/Rot/Красный, "
    "orange=Orange/Orange/Оранжевый, yellow=Yellow/Gelb/Жёлтый, green=Green/Grün/Зелёный, "
    "blue=Blue/Blau/Синий, purple=Purple/Lila/Фиолетовый, pink=Pink/Rosa/Розовый, "
    "brown=Brown/Braun/Коричневый, beige=Beige/Beige/Бежевый, gold=Gold/Gold/Золотой, "
    "silver=Silver/Silber/Серебристый, colourful=Colourful/Bunt/Разноцветный"
)
_BIKES = (
    "city=City/City/Городской, road=Road/Rennrad/Шоссейный, mountain=Mountain/Mountainbike/Горный, "
    "gravel=Gravel/Gravel/Гравийный, trekking=Trekking/Trekking/Туристический, kids=Children/Kinder/Детский, "
    "cargo=Cargo/Lastenrad/Грузовой, folding=Folding/Klapprad/Складной, other=Other/Anderes/Другой"
)
_LANGUAGES = (
    "en=English/Englisch/Английский, de=German/Deutsch/Немецкий, ru=Russian/Russisch/Русский, "
    "fr=French/Französisch/Французский, es=Spanish/Spanisch/Испанский, it=Italian/Italienisch/Итальянский, "
    "tr=Turkish/Türkisch/Турецкий, uk=Ukrainian/Ukrainisch/Украинский, other=Other/Andere/Другой"
)
_ANIMALS = (
    "dog=Dog/Hund/Собака, cat=Cat/Katze/Кошка, rodent=Small animal/Kleintier/Грызун, bird=Bird/Vogel/Птица, "
    "fish=Fish/Fisch/Рыба, horse=Horse/Pferd/Лошадь, other=Other/Anderes/Другое"
)
_CLOTHING_SIZES = "xs=XS, s=S, m=M, l=L, xl=XL, xxl=XXL, one=One size/Einheitsgröße/Единый"
_COURSE_LEVELS = (
    "beginner=Beginners/Anfänger/Начальный, middle=Intermediate/Fortgeschrittene/Средний, "
    "expert=Experts/Profis/Продвинутый"
)
_ENERGY_CLASS = "a=A, b=B, c=C, d=D, e=E, f=F, g=G"
_FUELS = (
    "petrol=Petrol/Benzin/Бензин, diesel=Diesel/Diesel/Дизель, electric=Electric/Elektro/Электро, "
    "hybrid=Hybrid/Hybrid/Гибрид, gas=Gas/Gas/Газ"
)
_GEARBOXES = "manual=Manual/Schaltung/Механика, automatic=Automatic/Automatik/Автомат"
_KIDS_SIZES = (
    "56=50/56, 68=62/68, 80=74/80, 92=86/92, 104=98/104, 116=110/116, 128=122/128, 140=134/140, 152=146/152, "
    "164=158/164"
)
_PLATFORMS = (
    "windows=Windows, mac=macOS, linux=Linux, android=Android, ios=iOS, playstation=PlayStation, xbox=Xbox, "
    "nintendo=Nintendo, other=Other/Andere/Другая"
)
_SEASONS = "summer=Summer/Sommer/Лето, winter=Winter/Winter/Зима, all=All seasons/Ganzjahr/Всесезонные"
_WHERE = "visit=At your place/Bei dir/У вас, own=At my place/Bei mir/У меня, online=Online/Online/Онлайн"
ATTRIBUTES: dict[str, Kind] = {
    "age": Kind("number", "", ("Age from", "Alter ab", "Возраст от")),
    "animal": Kind("*choice", "", ("Animal", "Tier", "Животное"), _ANIMALS),
    "artist": Kind("text", "", ("Artist", "Interpret", "Исполнитель")),
    "author": Kind("text", "", ("Author", "Autor", "Автор")),
    "bike_type": Kind("*choice", "", ("Type", "Art", "Тип"), _BIKES),
    "brand": Kind("*text", "", ("Brand", "Marke", "Марка")),
    "clothing_size": Kind("*choice", "", ("Size", "Größe", "Размер"), _CLOTHING_SIZES),
    "color": Kind("*choice", "", ("Colour", "Farbe", "Цвет"), _COLORS),
    "course_level": Kind("*choice", "", ("Level", "Niveau", "Уровень"), _COURSE_LEVELS),
    "electric": Kind("*flag", "", ("With motor", "Mit Motor", "С мотором")),
    "energy_class": Kind("*choice", "", ("Energy class", "Energieklasse", "Класс энергии"), _ENERGY_CLASS),
    "event_date": Kind("text", "", ("Date", "Datum", "Дата")),
    "file_format": Kind("text", "", ("File format", "Dateiformat", "Формат файла")),
    "frame_size": Kind("*number", "cm", ("Frame size", "Rahmenhöhe", "Размер рамы")),
    "fuel": Kind("*choice", "", ("Fuel", "Kraftstoff", "Топливо"), _FUELS),
    "gearbox": Kind("*choice", "", ("Gearbox", "Getriebe", "Коробка передач"), _GEARBOXES),
    "height": Kind("number", "cm", ("Height", "Höhe", "Высота")),
    "isbn": Kind("text", "", ("ISBN", "ISBN", "ISBN")),
    "kids_size": Kind("*choice", "", ("Size", "Größe", "Размер"), _KIDS_SIZES),
    "language": Kind("*choice", "", ("Language", "Sprache", "Язык"), _LANGUAGES),
    "length": Kind("number", "cm", ("Length", "Länge", "Длина")),
    "material": Kind("text", "", ("Material", "Material", "Материал")),
    "memory": Kind("*number", "GB", ("Memory", "Arbeitsspeicher", "Память")),
    "mileage": Kind("*number", "km", ("Mileage", "Kilometerstand", "Пробег")),
    "mount": Kind("text", "", ("Lens mount", "Bajonett", "Байонет")),
    "network_lock": Kind("flag", "", ("Locked to a provider", "SIM-Lock", "Привязан к оператору")),
    "organic": Kind("*flag", "", ("Organic", "Bio", "Органическое")),
    "platform": Kind("*choice", "", ("Platform", "Plattform", "Платформа"), _PLATFORMS),
    "players": Kind("text", "", ("Players", "Spieler", "Игроки")),
    "power": Kind("*number", "kW", ("Power", "Leistung", "Мощность")),
    "range": Kind("number", "km", ("Range", "Reichweite", "Запас хода")),
    "rim": Kind("*number", "″", ("Rim", "Felge", "Диаметр")),
    "screen": Kind("*number", "″", ("Screen", "Bildschirm", "Экран")),
    "season": Kind("*choice", "", ("Season", "Saison", "Сезон"), _SEASONS),
    "seat": Kind("text", "", ("Seat", "Platz", "Место")),
    "shoe_size": Kind("*number", "EU", ("Size", "Größe", "Размер")),
    "storage": Kind("*number", "GB", ("Storage", "Speicher", "Накопитель")),
    "subject": Kind("text", "", ("Subject", "Fach", "Предмет")),
    "wheel_size": Kind("*number", "″", ("Wheel size", "Radgröße", "Размер колёс")),
    "where": Kind("*choice", "", ("Where", "Wo", "Где"), _WHERE),
    "width": Kind("number", "cm", ("Width", "Breite", "Ширина")),
    "wireless": Kind("*flag", "", ("Wireless", "Kabellos", "Беспроводные")),
    "year": Kind("*number", "", ("Year", "Baujahr", "Год")),
}
# Commission: of the kind of shop, and of one category; basis points, and the tax on it.
COMMISSION = ((500, "person", ""), (800, "business", ""), (1000, "", "services/"))
COMMISSION_VAT = 1900


class Node(NamedTuple):
    path: str
    icon: str
    names: tuple[str, str, str]
    attributes: tuple[str, ...]  # keys; "!" at the end: required


def nodes() -> Iterator[Node]:
    """Parents before what is below them."""
    above: list[str] = []
    for line in TREE.strip().splitlines():
        level = (len(line) - len(line.lstrip())) // 2
        slug, icon, english, german, russian, keys = (part.strip() for part in line.split("|"))
        above[level:] = [slug]
        yield Node("/".join(above) + "/", icon, (english, german, russian), tuple(keys.split()))


def choices_of(text: str) -> list[dict[str, Any]]:
    result: list[dict[str, Any]] = []
    for one in filter(None, text.split(", ")):
        value, _, labels = one.partition("=")
        parts = labels.split("/") if labels.count("/") == 2 else [labels]
        names = dict(zip(("de", "ru"), parts[1:], strict=False))
        result.append({"value": value, "name": parts[0] or value, "names": names})
    return result


def plant(category_model: Any, attribute_model: Any, commission_model: Any) -> None:
    """Make what is not there yet, by path and key; what moderators changed stays. Models as a migration has them."""
    known = {row.path: row for row in category_model.objects.all()}
    for position, node in enumerate(nodes()):
        if node.path not in known:
            *above, slug = node.path.strip("/").split("/")
            english, german, russian = node.names
            known[node.path] = category_model.objects.create(
                parent=known["/".join(above) + "/"] if above else None, slug=slug, path=node.path, name=english,
                names={"de": german, "ru": russian}, icon=node.icon, position=position,
            )  # fmt: skip
        _plant_attributes(attribute_model, known[node.path], node.attributes)
    if not commission_model.objects.exists():
        for rate, shop_kind, path in COMMISSION:
            category = known[path] if path else None
            commission_model.objects.create(shop_kind=shop_kind, category=category, rate_bp=rate, vat_bp=COMMISSION_VAT)


def _plant_attributes(attribute_model: Any, category: Any, keys: tuple[str, ...]) -> None:
    known = set(attribute_model.objects.filter(category=category).values_list("key", flat=True))
    for position, key in enumerate(keys):
        name = key.rstrip("!")
        kind, (english, german, russian) = ATTRIBUTES[name], ATTRIBUTES[name].names
        if name not in known:
            attribute_model.objects.create(
                category=category, key=name, name=english, names={"de": german, "ru": russian}, position=position,
                type=kind.type.lstrip("*"), unit=kind.unit, choices=choices_of(kind.choices),
                is_required=key.endswith("!"), is_facet=kind.type.startswith("*"),
            )  # fmt: skip
