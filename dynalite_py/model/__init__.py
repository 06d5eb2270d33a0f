"""What DynamoDB's data are: values, numbers, keys, sizes, records, refusals and limits."""
