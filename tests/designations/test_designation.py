"""What designations name, by the forms that registries print and loosely; and the IRIs that they make."""

from __future__ import annotations

import pytest

import cyberstd_kg
from cyberstd_kg.core import iris
from cyberstd_kg.designations import naming
from cyberstd_kg.designations import printed as designation

#: Known by a name of its own rather than by a designation that tells standard and text apart.
OWN_NAMES = {
    *("std:meti-cpsf", "std:meti-cpsf_1-0", "std:tr-91", "std:tr-91_2021", "std:nist-csf_1-1", "std:nist-csf_2-0-ipd"),
    *("std:nist-csf_2-0", "std:bsi-grundschutz-plus-plus", "std:bsi-grundschutz-plus-plus_0-9"),
    *("std:enisa-baseline-iot", "std:enisa-baseline-iot_2017"),
    *("std:iot-promotion-consortium-of-japan-guideline", "std:cnssi-4009_2015", "std:cscg-recommendation-2_01-08"),
}
DESIGNATIONS = """
SELECT DISTINCT ?thing ?designation {
  VALUES ?class { cstd:Standard cstd:Edition cstd:Draft cstd:Amendment }
  ?thing a ?class ; dct:identifier ?designation .
}
"""


@pytest.mark.parametrize(
    ("printed", "kind", "curie", "edition"),
    [
        ("ISO/IEC 27001", "standard", "std:iso-iec-27001", ""),
        ("ISO/IEC TS 27100:2020", "edition", "std:iso-iec-27100_2020", "ISO/IEC TS 27100:2020"),
        ("ISO/IEC 27001:2013-10", "edition", "std:iso-iec-27001_2013", "ISO/IEC 27001:2013"),
        ("ISO/IEC CD 27565.2", "draft", "std:iso-iec-27565_2-cd", ""),
        ("ISO/IEC DTS 27564", "draft", "std:iso-iec-27564_dts", ""),
        ("ISO/IEC FDIS 27032:2012", "draft", "std:iso-iec-27032_2012-fdis", ""),
        ("ISO/IEC AWI 27046", "project", "std:iso-iec-27046_awi", ""),
        ("ISO/IEC 27001:2022/Amd 1:2024", "amendment", "std:iso-iec-27001_2022-amd-1-2024", "ISO/IEC 27001:2022"),
        ("ISO/IEC 27001:2022/AMD1:2024", "amendment", "std:iso-iec-27001_2022-amd-1-2024", "ISO/IEC 27001:2022"),
        ("ISO/IEC 27001:2022/Amd 1", "amendment", "std:iso-iec-27001_2022-amd-1", "ISO/IEC 27001:2022"),
        ("ISO/IEC 27001:2022/DAM 2", "draft", "std:iso-iec-27001_2022-dam-2", "ISO/IEC 27001:2022"),
        ("ISO/IEC 27001:2022/AWI Amd 2", "project", "std:iso-iec-27001_2022-amd-2", "ISO/IEC 27001:2022"),
        ("ITU-T X.1205 (04/2008)", "edition", "std:itu-t-x-1205_2008", "ITU-T X.1205 (04/2008)"),
        (
            "ETSI TS 103 701 V2.1.1 (2025-05)",
            "edition",
            "std:etsi-ts-103-701_v2-1-1",
            "ETSI TS 103 701 V2.1.1 (2025-05)",
        ),
        ("NIST SP 800-53r5", "edition", "std:nist-sp-800-53_r5", "NIST SP 800-53r5"),
        ("NIST IR 8425 (2022)", "edition", "std:nist-ir-8425_2022", "NIST IR 8425 (2022)"),
        # Forms that are not known.
        ("AS/NZS ISO 31000:2009", "edition", "std:as-nzs-iso-31000_2009", "AS/NZS ISO 31000:2009"),
        ("NIST SP 800-53 Rev. 5", "edition", "std:nist-sp-800-53_r5", "NIST SP 800-53:r5"),
        ("EN DIS 31010:2031", "draft", "std:en-31010_2031-dis", ""),
        ("27400:2022", "edition", "std:27400_2022", "27400:2022"),
        ("EN 18031-1", "standard", "std:en-18031-1", ""),
    ],
)
def test_what_a_designation_names_and_the_iri_that_it_makes(printed: str, kind: str, curie: str, edition: str) -> None:
    name = naming.take_apart(printed)
    assert (name.kind, naming.curie_of(printed), name.edition) == (kind, curie, edition)


def test_every_designation_of_the_graph_makes_its_iri() -> None:
    rows = cyberstd_kg.load().query(DESIGNATIONS, timeout=60).rows
    assert len(rows) > 1_400
    wrong = set()
    for row in rows:
        own = iris.compact(row["thing"].value)
        if naming.curie_of(row["designation"].value) != own:
            wrong.add(own)
    assert wrong == OWN_NAMES


@pytest.mark.parametrize(
    "text", ["", "27400", "AS/NZS ISO 31000:2009", "ISO/IEC 27001:2022/Foo 1", "NIST CSF 2.0", "é" * 99]
)
def test_what_has_no_known_form_is_not_read(text: str) -> None:
    assert designation.read(text) is None
