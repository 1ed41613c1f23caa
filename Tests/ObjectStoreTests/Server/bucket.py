"""A bucket of moto's S3, which checks signatures, for tests.

serve           listens on a free port and prints one line of JSON: address, access key, bucket
put ADDRESS KEY SECRET BUCKET NAME FILE   stores an object
"""

import json
import os
import sys
import time

POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}],
}
BUCKET = "usage-logs"


def client(service, address, key, secret):
    import boto3

    return boto3.client(
        service, endpoint_url=address, region_name="eu-west-1", aws_access_key_id=key, aws_secret_access_key=secret
    )


def serve():
    # Making the user, its policy and its key is the last that nobody has to sign for.
    os.environ["INITIAL_NO_AUTH_ACTION_COUNT"] = "3"
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    address = f"http://{host}:{port}"
    iam = client("iam", address, "none", "none")
    iam.create_user(UserName="tally")
    iam.put_user_policy(UserName="tally", PolicyName="all", PolicyDocument=json.dumps(POLICY))
    made = iam.create_access_key(UserName="tally")["AccessKey"]
    key, secret = made["AccessKeyId"], made["SecretAccessKey"]
    s3 = client("s3", address, key, secret)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    print(json.dumps({"address": address, "key": key, "secret": secret, "bucket": BUCKET}), flush=True)
    while os.getppid() != 1:
        time.sleep(1)


def put(address, key, secret, bucket, name, path):
    with open(path, "rb") as file:
        client("s3", address, key, secret).put_object(Bucket=bucket, Key=name, Body=file.read())


if sys.argv[1] == "serve":
    serve()
else:
    put(*sys.argv[2:])
