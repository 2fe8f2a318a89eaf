"""A blob store: XML with a marker for pages, ranges, a failure that stays."""

import time

HEADERS = {"x-ms-request-id": "upgrade", "x-ms-version": "2020-06-12", "Date": "Thu, 01 Jan 2026 00:00:00 GMT"}
BODY = b"what is kept\n"
KEPT = {"ETag": '"0x8D"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT", "x-ms-blob-type": "BlockBlob"}


def said(status, headers=None, body=b""):
    return status, {**HEADERS, **(headers or {})}, body


def failed(status, code):
    text = f'<?xml version="1.0" encoding="utf-8"?><Error><Code>{code}</Code><Message>{code} of the vendor</Message></Error>'
    return said(status, {"Content-Type": "application/xml", "x-ms-error-code": code}, text.encode())


def listed(query):
    second = query.get("marker") == "after-b"
    names = ["c"] if second else ["a", "b"]
    properties = "<Properties><Last-Modified>Thu, 01 Jan 2026 00:00:00 GMT</Last-Modified><Etag>0x8D</Etag></Properties>"
    items = "".join(f"<Container><Name>{name}</Name>{properties}</Container>" for name in names)
    marker = "<NextMarker />" if second else "<NextMarker>after-b</NextMarker>"
    text = f'<?xml version="1.0" encoding="utf-8"?><EnumerationResults><Containers>{items}</Containers>{marker}</EnumerationResults>'
    return said(200, {"Content-Type": "application/xml"}, text.encode())


def answer(asked):
    match asked.method, asked.path.removeprefix("/account"):
        case "GET", "/" | "":
            return listed(asked.query)
        case "PUT", "/kept/a.txt":
            return said(201, {"ETag": '"0x8D"', "Last-Modified": "Thu, 01 Jan 2026 00:00:00 GMT"})
        case "GET", "/kept/a.txt":
            ranged = {"Content-Type": "text/plain", "Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}", **KEPT}
            return said(206, ranged, BODY)
        case "GET", "/kept/slow.txt":
            time.sleep(1.5)
            ranged = {"Content-Type": "text/plain", "Content-Range": f"bytes 0-{len(BODY) - 1}/{len(BODY)}", **KEPT}
            return said(206, ranged, BODY)
        case "HEAD", "/kept/busy.txt":
            return said(503, {"x-ms-error-code": "ServerBusy"})
    return failed(404, "BlobNotFound")
