"""Tables that are elsewhere: fetched whole before they are read, sent whole when they are made."""
