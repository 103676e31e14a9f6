"""Words in and around a text that say what it is to a letter: whose office, a caption, a courtesy, where goods go.

What belongs here: these words, of all languages that pages are in. What does not: what they say of a name (`traits`).
"""

import re

from back_office_pipelines.extraction.pdf.page.caseless import Caseless

ACCOUNT = re.compile(r"\biban\b|\bbic\b|\bbank|\bkonto\b|\baccount\b|\brib\b|sort code", re.IGNORECASE)
DEPARTMENT = Caseless(
    r"buchhaltung|rechnungswesen|rechnungsprüfung|einkauf\b|abteilung|zentrale\b|sekretariat|verwaltung$|kreditoren"
    r"|betriebsrat"
    r"|\b(?:service|direction|département|pôle|comptabilité|achats|secrétariat)\b|\bconseil d.administration\b"
    r"|\bcomité d.entreprise\b"
    r"|\b(?:accounts? payable|purchase ledger|accounting|accounts|purchasing|procurement|finance|billing|payables)\b"
    r"|\b(?:dept|department|division|office|head office|reception|attn)\b"
    r"|\bthe (?:secretary|treasurer|directors?|manager)\b|rechnungseingang|wareneingang|geschäftsleitung|poststelle"
    r"|administratie|boekhouding|inkoop|crediteuren|afdeling|\b(?:ufficio|amministrazione|contabilità|acquisti"
    r"|reparto)\b"
    r"|\b(?:departamento|administración|contabilidad|compras|oficina|księgowość|dział|ekonomiavdelning|inköp)\b"
)
"""Words of who in a house reads an invoice."""
CAPTION = Caseless(
    r"\b(?:to|t0|codes?|nos?|num|number|nr|núm|ref|reference|referenz|referentie|référence|date|datum|address|adresse"
    r"|anschrift|adres|indirizzo|dirección|name|contact|kontakt|ansprechpartner|account|id|order|terms|period|type"
    r"|details"
    r"|summary|total|page|product|brand|info|information|status|method)\W*$"
    r"|\s(?:a|à|an|aan|für|for|pour|voor|para|per|by|von|de|of|und|and|et|en|the|is)\s?:?$"
    r"|^(?:product|page|seite|order|our|your|ihre?|unsere?|votre|notre|uw|onze|vostr[oa]|su|nuestr[oa]|please|bitte"
    r"|paid)\b"
)
"""How captions and pieces of sentences end or begin, and names do not."""
ROLE = re.compile(
    r"(?:inh(?:aber(?:in)?|\.)?|gf|geschäftsführer(?:in)?|gesch\.-?führer|prop(?:rietor|\.)?|owner|director|manager"
    r"|managing|ceo|chairman"
    r"|treasurer|president|kassenwart(?:in)?|vorstand|vertreter(?:in)?|sachbearbeiter(?:in)?|bearbeiter(?:in)?"
    r"|ansprechpartner(?:in)?"
    r"|titulaire|gérante?|directeur|directrice|président|titolare|amministratore|administrador|gerente|eigenaar"
    r"|div(?:ision|\.)? of"
    r"|a (?:division|service|brand|unit|member|part) of|d/?b/?a|t/a|trading as|formerly|p\. ?a\.|c/o|v/|attn|att"
    r"|z\. ?hd|media|payables"
    r"|paid for|sponsored)(?!\w)",
    re.IGNORECASE,
)
"""How a line begins that says what somebody is to the party beside it: its owner, its parent, whom to ask for."""
DELIVERED = Caseless(
    r"ship(?:ped)?[ -]?to|deliver(?:y|ed)?(?: to| address)\b|^delivery\b|site address|job site|service (?:address"
    r"|location)|remit"
    r"|liefer(?:anschrift|adresse|ort|ung an)|warenempf|baustelle|bauvorhaben|versand an|objekt|verwendungsstelle"
    r"|livr(?:aison|é à)|expédié à|chantier|point de (?:desserte|livraison)|destinazione|luogo di (?:consegna"
    r"|destinazione)|consegna"
    r"|entreg(?:a|ar)|envi(?:ar|ado) a|afleveradres|leveradres|bezorgadres|leverans(?:adress|plats)"
    r"|levering(?:sadresse|ssted)"
    r"|adres dostawy|miejsce dostawy|odbiorca|dodací adresa|szállítási|toimitusosoite"
)
"""Captions of where goods go or work was done: the name under them is of a place, of the buyer or of another."""
COURTESY = re.compile(
    r"(?:an|an die|an den|to|à|aan|firma|fa\.?|herrn?|frau|eheleute|familie|fam\.?|herrn? und frau|herrn? & frau"
    r"|mr\.?|mrs\.?|ms\.?|messrs\.?"
    r"|m\.|mme|mlle|m\. et mme|monsieur|madame|dhr\.?|mevr\.?|de heer|mevrouw|spett\.?(?:le)?(?: ditta)?"
    r"|gent\.?(?:mo|ma|le)?|egr\.? sig\.?"
    r"|sr\.?|sra\.?|señor(?:es)?|exmo\.?(?: sr\.?)?)\W*",
    re.IGNORECASE,
)
"""A line over the name of whom a letter is for."""
CARE = re.compile(
    r"(?:attn|attention|att|z\.? ?hd|zu händen|zhd|z\. ?h|c/o|v/|p\. ?a|t\.a\.v|ter attentie|à l.attention"
    r"|alla c\.a|all.attenzione"
    r"|a la atención|at\.?t|herrn?|frau|mr|mrs|ms|mme|dhr|mevr|accounts payable|buchhaltung|kreditoren\w*"
    r"|rechnungswesen)\b",
    re.IGNORECASE,
)
"""How a line under the name of whom a letter is for begins: the person or office it is to be handed to."""
PHONE = re.compile(r"(?:\+|\b0|\()\d[\d ()/.-]{7,}")
