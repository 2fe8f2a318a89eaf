"""JUnit documents as build servers read them: well formed, with counts that add up to those of the JSON."""

import json
import pathlib
import sys
import xml.etree.ElementTree as tree

folder = pathlib.Path(sys.argv[1])
for file in sorted(folder.glob("*.junit")):
    root = tree.parse(file).getroot()
    report = json.loads(file.with_suffix(".json").read_text())
    failing = sum(finding["severity"] != "info" for finding in report["findings"])
    cases = root.findall("./testsuite/testcase")
    failures = sum(case.find("failure") is not None for case in cases)
    errors = sum(case.find("error") is not None for case in cases)
    assert root.tag == "testsuites" and int(root.get("tests")) == len(cases), file
    assert failures == int(root.get("failures")) == failing, (file, failures, failing)
    assert errors == int(root.get("errors")) == (report["verdict"] == "vacuous"), (file, errors)
    names = [(case.get("classname"), case.get("name")) for case in cases]
    assert len(names) == len(set(names)), f"{file}: a case twice"
    skipped = sum(case.find("skipped") is not None for case in cases)
    print(f"{file.name}: {len(cases)} cases, {failures} failures, {errors} errors, {skipped} skipped")
