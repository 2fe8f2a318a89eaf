"""boto3 as it is out of the box: objects and a table, with pages, failures that stay, and a slow answer."""

import os

import boto3
from botocore.exceptions import ClientError


def client(service):
    return boto3.client(
        service, endpoint_url=os.environ["TRUETAPE_URL"], region_name="eu-central-1",
        aws_access_key_id="AKIAUPGRADESUPGRADES", aws_secret_access_key="of-the-upgrades",
    )


def failing(call):
    try:
        print("found", sorted(call()))
    except ClientError as error:
        print(error.response["Error"]["Code"], error.response["ResponseMetadata"]["HTTPStatusCode"])


s3, tables = client("s3"), client("dynamodb")
print(s3.put_object(Bucket="kept", Key="a.txt", Body=b"what is kept\n")["ETag"])
print(s3.get_object(Bucket="kept", Key="a.txt")["Body"].read())
for page in s3.get_paginator("list_objects_v2").paginate(Bucket="kept", PaginationConfig={"PageSize": 2}):
    print([item["Key"] for item in page["Contents"]])
print(s3.delete_objects(Bucket="kept", Delete={"Objects": [{"Key": "a.txt"}]})["Deleted"])
failing(lambda: s3.get_object(Bucket="kept", Key="none.txt"))
print(s3.get_object(Bucket="kept", Key="flaky.txt")["Body"].read())
failing(lambda: s3.get_object(Bucket="kept", Key="busy.txt"))
print(s3.get_object(Bucket="kept", Key="slow.txt")["Body"].read())
print(tables.get_item(TableName="items", Key={"id": {"S": "i1"}})["Item"])
for page in tables.get_paginator("scan").paginate(TableName="items"):
    print(page["Items"])
failing(lambda: tables.get_item(TableName="failing", Key={"id": {"S": "i1"}}))
