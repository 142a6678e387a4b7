namespace SumSocket.Tests.Protocol;

/// <summary>Makes streams of answers, good and bad ones, as <see cref="StreamGenerator"/> does of requests.</summary>
internal sealed class AnswerGenerator(int seed) : StreamGenerator(seed)
{
    private static readonly byte[][] _names = Bytes(
        "Sum", "Id", "Error", "Sum", "Error", "Id", "Message", "Path", "S\\u0075m", "\\u0045rror", "I\\u0064", "P\\u0061th", "sum", "ERROR",
        "", "A", "Sum ", "\\u0000Sum", "Summ", "Path\\n", "é", "Key");

    private static readonly byte[][] _codes = Bytes(
        "missing_member", "duplicate_member", "not_an_integer", "out_of_range", "overflow", "invalid_json", "too_deep", "message_too_long",
        "truncated", "timeout", "busy", "none", "unknown", "", "Busy", "busy ", "b\\u0075sy", "busy\\u0000", "a_code_of_a_later_version",
        "message_too_lon", "message_too_longer", "é", "b\\/sy");

    private static readonly byte[][] _otherValues =
    [
        .. Bytes("1.0", "1e2", "null", "true", "false", "[]", "{}", "[1,[2],{\"Sum\":3}]", "\"\"", "\"\\\"}\"", "\"é€😀\""),
        .. _codes.Select(code => (byte[])[.. "\""u8, .. code, .. "\""u8]),
        .. Bytes(
            "{\"Peer\":\"10.0.0.5:40122\"}", "{\"Peer\":7,\"Mss\":\"x\",\"RttUs\":5}", "{\"Mss\":1448,\"Pmtu\":1500,\"Later\":[{}]}",
            "{\"RttUs\":9223372036854775808}", "{\"RttUs\":-1,\"AgeMs\":1000000000000}", "{\"AgeMs\":1000000000001}",
            "{\"Key\":9223372036854775807}",
            "{\"Ended\":\"peer_reset\",\"Ended\":\"x\",\"Ended\":5}", "{\"Mss\":1e3,\"Pmtu\":15.0,\"Retransmits\":-0}",
            "{\"\\u0050eer\":\"a\\u0022b\"}",
            "{\"Local\":\"é\",\"KeepAlive\":\"15s/15s/9\",\"Tls\":\"TLS 1.3\",\"Proxy\":\"192.0.2.1:1\"}", "{\"Peer\":{\"Peer\":\"a\"}}"),
    ];

    protected override byte[][] Names => _names;

    protected override int Required => 1;

    protected override byte[][] OtherValues => _otherValues;

    protected override int OtherValueOneIn => 3;

    protected override void AddCanonical()
    {
        if (Chance(3))
        {
            Add("{\"Error\":\""u8);
            Add(Any(_codes));
            Add(Chance(2) ? "\",\"Message\":\"A is missing\""u8 : "\""u8);
        }
        else
        {
            Add("{\"Sum\":"u8);
            AddInteger();
        }

        if (Chance(3))
        {
            Add(",\"Id\":"u8);
            AddInteger();
        }

        if (Chance(4))
        {
            Add(",\"Path\":"u8);
            Add(Any(_otherValues));
        }

        Add("}"u8);
        if (Chance(2))
            Add("\n"u8);
    }
}
