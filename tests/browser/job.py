"""The claims of test_whole_job: labels of the record form with Ada's input."""

from __future__ import annotations

TITLE = "What comes after the battle"
CLAIMANT = "Paula Pundit"

RETAKEN: dict[str, str | bool] = {
    "Statement": "The city is retaken by October 2017.",
    "Resolution criteria": "True if the government declares it and nobody of note disputes it; false *otherwise*.",
    "Condition": "",
    "Topics": "Battle, Cities",
    "Resolves by": "October 2017",
    "Where this date comes from": "Stated by the speaker",
    "Note on the date": "“Within a year”, said in October 2016.",
    "Who said it": CLAIMANT,
    "The author's own": True,
    "Said on": "2016-10-17",
    "Where in the document": "paragraph 2, sentence 1",
    "Likely or unlikely: a probability in words": True,
    "Hedge words": "likely",
    "A term of a probability scale": True,
    "Our reading of the words": True,
    "Note on the coding": "The sentence before it is about another city.",
}
TERM = "likely: 55–80%"

REGROUPED: dict[str, str | bool] = {
    "Statement": "The group holds a town again by the end of 2018.",
    "Resolution criteria": "True if it holds a town of 10,000 for a month.",
    "Topics": "Battle",
    "Resolves by": "2018",
    "Where this date comes from": "Assigned by us",
    "Said on": "October 2016",
    "A number: “60%”, “two in three”": True,
    "Hedge words": "three in five",
    "One probability": True,
    "Probability": "60%",
    "The speaker's own number or probability scale": True,
}

WAITING: dict[str, str | bool] = {
    "Statement": "The court rules on the appeal by 2017.",
    "Resolution criteria": "True if a ruling is published.",
    "Resolves by": "2017-12-31",
    "Where this date comes from": "Implied by the words",
    "Said on": "2016",
    "Could, might, cannot be ruled out: bare possibility, which gives no number": True,
    "Hedge words": "might",
}
