"""azure-storage-blob: containers in pages, a blob written and read, a busy server, a slow answer."""

import os

from azure.core.exceptions import HttpResponseError
from azure.storage.blob import BlobServiceClient, ExponentialRetry

# Out of the box it waits a minute and more before it gives up.
retries = ExponentialRetry(initial_backoff=0, increment_base=0.3, retry_total=3, random_jitter_range=0)
service = BlobServiceClient(os.environ["TRUETAPE_URL"] + "/account", credential="dXBncmFkZXM=", retry_policy=retries)


def failing(call):
    try:
        print(call())
    except HttpResponseError as error:
        print(type(error).__name__, error.status_code)


print([one.name for one in service.list_containers(results_per_page=2)])
print(service.get_blob_client("kept", "a.txt").upload_blob(b"what is kept\n", overwrite=True)["etag"])
print(service.get_blob_client("kept", "a.txt").download_blob().readall())
failing(lambda: service.get_blob_client("kept", "none.txt").download_blob().readall())
failing(lambda: service.get_blob_client("kept", "busy.txt").get_blob_properties())
print(service.get_blob_client("kept", "slow.txt").download_blob().readall())
