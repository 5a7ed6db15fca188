"""Declares PDF/UA-1 beside PDF/A-2a in the one RDF block of the XMP metadata (ISO 14289-1 §5, ISO 19005-2 §6.6.2).

WeasyPrint writes one standard only, and appends further XMP as a second block, which PDF/UA validators refuse.
"""

from typing import Any

_PDFUA = b"""<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/">\
<pdfuaid:part>1</pdfuaid:part></rdf:Description>\
<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" \
xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">\
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">\
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>\
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>\
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>\
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">\
<pdfaProperty:name>part</pdfaProperty:name><pdfaProperty:valueType>Integer</pdfaProperty:valueType>\
<pdfaProperty:category>internal</pdfaProperty:category>\
<pdfaProperty:description>Part of ISO 14289 that the document follows</pdfaProperty:description>\
</rdf:li></rdf:Seq></pdfaSchema:property></rdf:li></rdf:Bag></pdfaExtension:schemas></rdf:Description>"""

_END = b"</rdf:RDF>"


def declare_pdfua(_document: Any, pdf: Any) -> None:
    """WeasyPrint's finisher: adds the declaration to the metadata just before the file is written."""
    (metadata,) = (item for item in pdf.objects if getattr(item, "extra", {}).get("Type") == "/Metadata")
    (packet,) = metadata.stream
    if packet.count(_END) != 1:
        raise ValueError("the XMP metadata does not hold one RDF block")
    metadata.stream = [packet.replace(_END, _PDFUA + _END)]
