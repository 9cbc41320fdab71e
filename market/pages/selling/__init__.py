"""The form in which people sell: a draft that saves itself, photos, variants, files; and what becomes of a listing."""
