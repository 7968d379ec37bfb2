"""一号通: the channels of other offices that come together here. Pure."""

SOURCES = ("12345", "digital_city", "110_parking", "hanshan", "home_visit")
