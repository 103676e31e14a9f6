"""A hybrid invoice: the drawn page with the same bill as CII XML inside the file, as Factur-X and ZUGFeRD do.

What belongs here: the attachment and the metadata that announces it. What does not: the page (`pages`) and the XML
(`cii`). The file is built the way of PDF/A-3 (associated file, XMP), but claims no conformance: it lacks the fonts.
"""

from typing import Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFObjectReference, PDFStream, PDFString

from back_office_pipelines.samples.bill import Bill
from back_office_pipelines.samples.cii import cii_xml
from back_office_pipelines.samples.pages.sheet import Sheet

ATTACHMENT = "factur-x.xml"
MEDIA_TYPE = "/text#2Fxml"
"""A PDF name written out: the library's own function would not escape the slash inside it."""

MODIFIED = "D:20261101000000Z"
XMP = f"""<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
  <rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
    <rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#">
      <fx:DocumentType>INVOICE</fx:DocumentType>
      <fx:DocumentFileName>{ATTACHMENT}</fx:DocumentFileName>
      <fx:Version>1.0</fx:Version>
      <fx:ConformanceLevel>EN 16931</fx:ConformanceLevel>
    </rdf:Description>
  </rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>
"""


def hybrid_pdf(sheet: Sheet, bill: Bill) -> bytes:
    """Return a drawn page as a PDF with a bill as XML inside."""
    _attach(vars(sheet.canvas)["_doc"], cii_xml(bill))
    return sheet.to_bytes()


def _attach(document: Any, xml: bytes) -> None:
    """Add the file, and name it where readers look for it: in the name tree and as associated file.

    Args:
        document: the library's document, which it neither types nor offers publicly; its catalog writes only the
            entries it knows, so it has to learn about associated files.
        xml: content of the file.
    """
    specification = document.Reference(_specification(document, xml))
    catalog = document.Catalog
    catalog.__NoDefault__ = catalog.__Refs__ = [*catalog.__NoDefault__, "AF"]
    catalog.Names = PDFDictionary({"EmbeddedFiles": PDFDictionary({"Names": _pair(specification)})})
    catalog.AF = PDFArray([specification])
    catalog.Metadata = _stream(XMP.encode(), {"Type": PDFName("Metadata"), "Subtype": PDFName("XML")})


def _pair(specification: PDFObjectReference) -> PDFArray:
    return PDFArray([PDFString(ATTACHMENT), specification])


def _specification(document: Any, xml: bytes) -> PDFDictionary:
    parameters = PDFDictionary({"ModDate": PDFString(MODIFIED), "Size": len(xml)})
    stream = _stream(xml, {"Type": PDFName("EmbeddedFile"), "Subtype": MEDIA_TYPE, "Params": parameters})
    file = document.Reference(stream)
    return PDFDictionary(
        {
            "Type": PDFName("Filespec"),
            "F": PDFString(ATTACHMENT),
            "UF": PDFString(ATTACHMENT),
            "Desc": PDFString("Invoice data in the Factur-X format"),
            "AFRelationship": PDFName("Alternative"),
            "EF": PDFDictionary({"F": file, "UF": file}),
        }
    )


def _stream(content: bytes, entries: dict[str, object]) -> PDFStream:
    return PDFStream(PDFDictionary(entries), content)
