"""A populated Tenfold to look at: people, chats and some weeks of talk, all made up and drawn here."""
