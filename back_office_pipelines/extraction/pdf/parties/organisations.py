"""Names of organisations and of persons, told apart by their words.

What belongs here: these words. What does not: legal forms (`companies`), and what text is a name at all (`names`).
"""

import re

from back_office_pipelines.extraction.pdf.page.caseless import Caseless
from back_office_pipelines.extraction.pdf.parties.companies import has_legal_form

PERSON = re.compile(r"[^\W\d_a-z][\w'-]+(?: [^\W\d_a-z]\.)?(?: [^\W\d_a-z][\w'-]+){1,2}")
"""Two or three words with capitals, an initial between them."""
ORGANISATION = Caseless(
    r"\b(?:school|college|university|academy|clinic|hospital|church|association|society|institute|museum|library"
    r"|council"
    r"|department|district|foundation|trust|club|hotel|restaurant|bakery|pharmacy|studio|agency|holding"
    r"|schule|gymnasium|kindergarten|klinik|krankenhaus|universität|stiftung|verein|verband|gemeinde|stadt|praxis"
    r"|école|lycée|mairie|ville d|commune|hôpital|fondation|université|cabinet|scuola|comune|ospedale|università"
    r"|fondazione"
    r"|colegio|ayuntamiento|fundación|universidad|stichting|gemeente|ziekenhuis|universiteit"
    r"|skole|sykehus|kommune|forening|koulu|kaupunki|sairaala|yhdistys|säätiö|iskola|kórház|önkormányzat|egyesület"
    r"|alapítvány|școala|primăria|spitalul|fundația|škola|nemocnica|nadácia|bolnica|općina|občina|udruga)\b"
)
"""Words that organisations are called by, and persons are not."""


def is_organisation(text: str) -> bool:
    """Tell whether a name has a legal form, or a word that only organisations are called by."""
    return has_legal_form(text) or ORGANISATION.search(text) is not None
