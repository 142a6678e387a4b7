using System.Text;
using System.Text.Json.Nodes;

namespace SumSocket.Tests.Fuzzing;

/// <summary>Changes a JSON document by its structure: members gone, doubled or moved, values of another kind or at a limit.</summary>
internal sealed class JsonMutator(Random random)
{
    private static readonly string[] _values =
    [
        "null", "true", "false", "0", "-0", "1", "-1", "0.5", "1e-9", "1e15", "1e16", "1e300", "-1e300", "9007199254740993", "2147483648",
        "9223372036854775807", "9223372036854775808", "922337203685.4775807", "31536000000", "31536000001", "1e28",
        "79228162514264337593543950336",
        "[]", "{}", "[null]", "[[]]", "{\"a\":1}", "\"\"", "\"x\"", "\"\\u001b[2J\"",
        "\"</script><script>alert(1)</script>\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ufffe\\uffff\\u0000\"", "\"2026-11-22T10:00:00Z\"", "\"9999-12-31T23:59:59Z\"", "\"0001-01-01T00:00:00+14:00\"",
        "\"NaN\"", "\"p99<10ms\"",
        "\"complete\"", "\"interrupted\"", "\"search\"", "\"hold\"", "\"rst\"", "\"fin\"",
    ];

    /// <summary>The document with one change or three.</summary>
    public byte[] Change(byte[] json)
    {
        JsonNode root = JsonNode.Parse(json)!;
        for (int changes = random.Next(3) == 0 ? 3 : 1; changes > 0; changes--)
        {
            List<(JsonNode Parent, object Key)> places = [];
            Collect(root, places);
            if (places.Count > 0)
                Change(places, places[random.Next(places.Count)]);
        }

        byte[] changed = Encoding.UTF8.GetBytes(root.ToJsonString());
        if (random.Next(10) == 0)
            changed[random.Next(changed.Length)] = (byte)random.Next(256);
        return random.Next(20) == 0 ? changed[..random.Next(changed.Length)] : changed;
    }

    private void Change(List<(JsonNode Parent, object Key)> places, (JsonNode Parent, object Key) place)
    {
        (JsonNode parent, object key) = place;
        JsonNode? value = parent is JsonArray array ? array[(int)key] : parent[(string)key];
        switch (random.Next(10))
        {
            case 0:
                Remove(parent, key);
                break;
            case 1: // a copy of another value
                (JsonNode other, object otherKey) = places[random.Next(places.Count)];
                Set(parent, key, (other is JsonArray list ? list[(int)otherKey] : other[(string)otherKey])?.DeepClone());
                break;
            case 2 when parent is JsonArray elements:
                elements.Insert((int)key, value?.DeepClone());
                break;
            case > 2 and < 9 when value is JsonValue && value.GetValueKind() == System.Text.Json.JsonValueKind.Number:
                Set(parent, key, JsonNode.Parse(Scaled(value.GetValue<double>())));
                break;
            default:
                Set(parent, key, JsonNode.Parse(_values[random.Next(_values.Length)]));
                break;
        }
    }

    private string Scaled(double number) => random.Next(5) switch
    {
        0 => (-number).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        1 => (number + 1).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        2 => (number * 1e6).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        3 => (number / 3).ToString("R", System.Globalization.CultureInfo.InvariantCulture),
        _ => "0",
    };

    private static void Remove(JsonNode parent, object key)
    {
        if (parent is JsonArray array)
            array.RemoveAt((int)key);
        else
            ((JsonObject)parent).Remove((string)key);
    }

    private static void Set(JsonNode parent, object key, JsonNode? value)
    {
        if (parent is JsonArray array)
            array[(int)key] = value;
        else
            parent[(string)key] = value;
    }

    private static void Collect(JsonNode? node, List<(JsonNode Parent, object Key)> places)
    {
        if (node is JsonObject members)
        {
            foreach ((string name, JsonNode? value) in members)
            {
                places.Add((members, name));
                Collect(value, places);
            }
        }
        else if (node is JsonArray elements)
        {
            for (int i = 0; i < elements.Count; i++)
            {
                places.Add((elements, i));
                Collect(elements[i], places);
            }
        }
    }
}
