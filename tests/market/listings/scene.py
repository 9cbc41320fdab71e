"""A bicycle as a client sends it."""

URL = "/api/v1/market/listings"


BICYCLE = {
    "title": "Green city bicycle",
    "description": "Rides well.",
    "category": "leisure/bicycles/",
    "condition": "good",
    "attributes": {"bike_type": "city", "frame_size": "54"},
    "price_minor": 18_000,
    "location": {"name": "Leipzig", "latitude": 51.3397, "longitude": 12.3731},
}
