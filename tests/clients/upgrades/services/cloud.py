"""A cloud: objects in XML, a table in JSON, each with pages, a failure that stays and one that passes."""

import json
import time

from vendor import times

XML = {"Content-Type": "application/xml", "x-amz-request-id": "UPGRADE"}
JSON = {"Content-Type": "application/x-amz-json-1.0", "x-amzn-RequestId": "UPGRADE"}
BODY = b"what is kept\n"
ETAG = '"4a8a3a4b4b5f8d1d0f6c9a1c3a5e7b9d"'


def failed(status, code):
    return status, XML, f'<?xml version="1.0"?><Error><Code>{code}</Code><Message>{code} of the vendor</Message></Error>'.encode()


def kept():
    return 200, {"Content-Type": "text/plain", "ETag": ETAG, "x-amz-request-id": "UPGRADE"}, BODY


def listed(query):
    second = "continuation-token" in query
    keys = ["c.txt"] if second else ["a.txt", "b.txt"]
    items = "".join(
        f"<Contents><Key>{key}</Key><LastModified>2026-01-01T00:00:00.000Z</LastModified><ETag>{ETAG}</ETag><Size>13</Size></Contents>"
        for key in keys
    )
    more = "" if second else "<NextContinuationToken>after-b</NextContinuationToken>"
    truncated = "false" if second else "true"
    text = f"<Name>kept</Name><KeyCount>{len(keys)}</KeyCount><MaxKeys>2</MaxKeys><IsTruncated>{truncated}</IsTruncated>{more}{items}"
    return 200, XML, f'<?xml version="1.0"?><ListBucketResult>{text}</ListBucketResult>'.encode()


def table(asked):
    operation, request = asked.headers["X-Amz-Target"].split(".")[1], json.loads(asked.body)
    if request["TableName"] == "failing":
        return 500, JSON, b'{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"failing"}'
    if operation == "Scan" and "ExclusiveStartKey" not in request:
        return 200, JSON, b'{"Count":1,"ScannedCount":1,"Items":[{"id":{"S":"i1"}}],"LastEvaluatedKey":{"id":{"S":"i1"}}}'
    if operation == "Scan":
        return 200, JSON, b'{"Count":1,"ScannedCount":1,"Items":[{"id":{"S":"i2"}}]}'
    return 200, JSON, b'{"Item":{"id":{"S":"i1"},"price":{"N":"0.10"}}}'


def answer(asked):
    match asked.method, asked.path:
        case "POST", "/":
            return table(asked)
        case "GET", "/kept":
            return listed(asked.query)
        case "POST", "/kept":
            return 200, XML, b'<?xml version="1.0"?><DeleteResult><Deleted><Key>a.txt</Key></Deleted></DeleteResult>'
        case "PUT", "/kept/a.txt":
            return 200, {"ETag": ETAG, "x-amz-request-id": "UPGRADE"}, b""
        case "GET", "/kept/a.txt":
            return kept()
        case "GET", "/kept/busy.txt":
            return failed(503, "SlowDown")
        case "GET", "/kept/flaky.txt":
            return failed(500, "InternalError") if times("flaky") == 1 else kept()
        case "GET", "/kept/slow.txt":
            time.sleep(1.5)
            return kept()
    return failed(404, "NoSuchKey")
