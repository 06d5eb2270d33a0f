// What test_javascript runs: DynamoDB Streams by the AWS SDK for JavaScript v3.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const load = createRequire(process.env.DYNALITE_NODE_MODULES + "/");
const { DynamoDBClient, CreateTableCommand, DeleteItemCommand, PutItemCommand, UpdateTableCommand } =
  load("@aws-sdk/client-dynamodb");
const { DynamoDBStreamsClient, DescribeStreamCommand, GetRecordsCommand, GetShardIteratorCommand,
  ListStreamsCommand } = load("@aws-sdk/client-dynamodb-streams");

const endpoint = process.argv[2];
const client = new DynamoDBClient({ endpoint });
const streams = new DynamoDBStreamsClient({ endpoint });
const TableName = "javascript";

await client.send(new CreateTableCommand({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }],
  KeySchema: [{ AttributeName: "p", KeyType: "HASH" }],
  StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
}));
const p = { S: "a" };
const started = Date.now();
await client.send(new PutItemCommand({ TableName, Item: { p, b: { B: Uint8Array.of(1, 2) } } }));
await client.send(new PutItemCommand({ TableName, Item: { p, n: { N: "1" } } }));
await client.send(new DeleteItemCommand({ TableName, Key: { p } }));

const { Streams: [{ StreamArn }] } = await streams.send(new ListStreamsCommand({ TableName }));
const { StreamDescription } = await streams.send(new DescribeStreamCommand({ StreamArn }));
assert.equal(StreamDescription.StreamStatus, "ENABLED");
assert.ok(StreamDescription.CreationRequestDateTime instanceof Date);
const [{ ShardId }] = StreamDescription.Shards;
let { ShardIterator } = await streams.send(
  new GetShardIteratorCommand({ StreamArn, ShardId, ShardIteratorType: "TRIM_HORIZON" }));
await client.send(new UpdateTableCommand({ TableName, StreamSpecification: { StreamEnabled: false } }));

const seen = [];
while (ShardIterator) {
  const page = await streams.send(new GetRecordsCommand({ ShardIterator, Limit: 2 }));
  seen.push(...page.Records);
  ShardIterator = page.NextShardIterator;
}
assert.deepEqual(seen.map((record) => record.eventName), ["INSERT", "MODIFY", "REMOVE"]);
assert.deepEqual(seen[0].dynamodb.NewImage, { p, b: { B: Uint8Array.of(1, 2) } });
assert.deepEqual(seen[1].dynamodb.OldImage, seen[0].dynamodb.NewImage);
assert.ok(Math.abs(seen[0].dynamodb.ApproximateCreationDateTime - started) < 60_000);
await assert.rejects(
  streams.send(new GetRecordsCommand({ ShardIterator: "made up" })), { name: "ValidationException" });
console.log("done");
