"""A populated market to look at: shops, listings with drawn pictures, and some weeks of trade, all made up here."""
