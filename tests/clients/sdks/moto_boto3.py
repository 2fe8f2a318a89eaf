"""boto3 at moto: S3 in XML and binary, DynamoDB in JSON, pages, misses, conflicts, streams."""

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from told import BASE, digest, failing, secret, told


def client(service):
    return boto3.client(
        service, endpoint_url=BASE, region_name="eu-central-1",
        aws_access_key_id=secret("AWS_ID"), aws_secret_access_key=secret("AWS_SECRET"),
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 1}),
    )


def code(error):
    return error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"]


s3, tables = client("s3"), client("dynamodb")
where = {"LocationConstraint": "eu-central-1"}
told("bucket", s3.create_bucket(Bucket="walk", CreateBucketConfiguration=where)["Location"].replace(BASE, "BASE"))
large = bytes(range(256)) * 1200
for name, body in [("a.txt", b"a"), ("b.bin", large), ("c/d.txt", "ü".encode()), ("e", b"")]:
    told("put", name, s3.put_object(Bucket="walk", Key=name, Body=body)["ETag"])
for page in s3.get_paginator("list_objects_v2").paginate(Bucket="walk", PaginationConfig={"PageSize": 2}):
    told("page", [(item["Key"], item["Size"]) for item in page["Contents"]], page["IsTruncated"])
told("get", digest(s3.get_object(Bucket="walk", Key="b.bin")["Body"].read()))
told("range", digest(s3.get_object(Bucket="walk", Key="b.bin", Range="bytes=10-99")["Body"].read()))
told("head", s3.head_object(Bucket="walk", Key="a.txt")["ContentLength"])
failing("miss", lambda: s3.get_object(Bucket="walk", Key="none"), ClientError, show=code)
failing("head miss", lambda: s3.head_object(Bucket="walk", Key="none"), ClientError, show=code)
failing("no bucket", lambda: s3.list_objects_v2(Bucket="nowhere"), ClientError, show=code)
failing("not empty", lambda: s3.delete_bucket(Bucket="walk"), ClientError, show=code)

keys = {"KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}], "BillingMode": "PAY_PER_REQUEST"}
tables.create_table(TableName="walk", AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}], **keys)
for number in range(5):
    tables.put_item(TableName="walk", Item={"id": {"S": f"i{number}"}, "price": {"N": "0.10"}})
for page in tables.get_paginator("scan").paginate(TableName="walk", PaginationConfig={"PageSize": 2}):
    told("scan", page["Items"], page.get("LastEvaluatedKey"))
told("none", tables.get_item(TableName="walk", Key={"id": {"S": "none"}}).get("Item"))
condition = {"ConditionExpression": "attribute_not_exists(id)"}
failing("taken", lambda: tables.put_item(TableName="walk", Item={"id": {"S": "i0"}}, **condition), ClientError, show=code)
failing("no table", lambda: tables.scan(TableName="nowhere"), ClientError, show=code)
