// What test_javascript runs: the AWS SDK for JavaScript v3, its plain client and its document client.
import assert from "node:assert/strict";
import { createRequire } from "node:module";

const load = createRequire(process.env.DYNALITE_NODE_MODULES + "/");
const { DynamoDBClient, CreateTableCommand, DeleteTableCommand, waitUntilTableExists } =
  load("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, BatchWriteCommand, GetCommand, PutCommand, UpdateCommand,
  TransactWriteCommand, paginateQuery } = load("@aws-sdk/lib-dynamodb");

const client = new DynamoDBClient({ endpoint: process.argv[2] });
const documents = DynamoDBDocumentClient.from(client);
const TableName = "javascript";

await client.send(new CreateTableCommand({
  TableName,
  BillingMode: "PAY_PER_REQUEST",
  AttributeDefinitions: [{ AttributeName: "p", AttributeType: "S" }, { AttributeName: "s", AttributeType: "N" }],
  KeySchema: [{ AttributeName: "p", KeyType: "HASH" }, { AttributeName: "s", KeyType: "RANGE" }],
}));
await waitUntilTableExists({ client, maxWaitTime: 60, minDelay: 1 }, { TableName });

const puts = Array.from({ length: 25 }, (_, s) => ({ PutRequest: { Item: { p: "a", s, deep: { cells: [s, "x", null] } } } }));
await documents.send(new BatchWriteCommand({ RequestItems: { [TableName]: puts } }));
const { Item } = await documents.send(new GetCommand({ TableName, Key: { p: "a", s: 3 } }));
assert.deepEqual(Item, { p: "a", s: 3, deep: { cells: [3, "x", null] } });

const seen = [];
const pages = paginateQuery({ client: documents, pageSize: 4 }, {
  TableName,
  KeyConditionExpression: "p = :p AND s BETWEEN :low AND :high",
  FilterExpression: "deep.cells[0] <> :five",
  ExpressionAttributeValues: { ":p": "a", ":low": 2, ":high": 11, ":five": 5 },
});
for await (const page of pages) seen.push(...page.Items.map((item) => item.s));
assert.deepEqual(seen, [2, 3, 4, 6, 7, 8, 9, 10, 11]);

const { Attributes } = await documents.send(new UpdateCommand({
  TableName,
  Key: { p: "a", s: 3 },
  UpdateExpression: "SET deep.#n = :v",
  ExpressionAttributeNames: { "#n": "new" },
  ExpressionAttributeValues: { ":v": new Set(["x", "y"]) },
  ReturnValues: "UPDATED_NEW",
}));
assert.deepEqual(Attributes, { deep: { new: new Set(["x", "y"]) } });

await assert.rejects(
  documents.send(new PutCommand({ TableName, Item: { p: "a", s: 3 }, ConditionExpression: "attribute_not_exists(p)" })),
  { name: "ConditionalCheckFailedException", message: "The conditional request failed" },
);
await assert.rejects(
  documents.send(new TransactWriteCommand({
    TransactItems: [
      { Put: { TableName, Item: { p: "b", s: 1 } } },
      { ConditionCheck: { TableName, Key: { p: "z", s: 1 }, ConditionExpression: "attribute_exists(p)" } },
    ],
  })),
  (error) => error.name === "TransactionCanceledException" && error.CancellationReasons[1].Code === "ConditionalCheckFailed",
);
await client.send(new DeleteTableCommand({ TableName }));
console.log("done");
