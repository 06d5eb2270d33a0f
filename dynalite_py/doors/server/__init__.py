"""The HTTP door: DynamoDB's JSON protocol on one port, for every AWS SDK and the AWS CLI."""
