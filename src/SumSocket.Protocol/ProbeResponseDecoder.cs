namespace SumSocket.Protocol;

/// <summary>Cuts a stream of bytes into answers, as <see cref="ResponseDecoder"/> does, and reads what they report of the path. For that
/// it keeps the message that it is inside of.</summary>
// rule O4
public sealed class ProbeResponseDecoder
{
    private readonly byte[] _text = new byte[ProtocolLimits.MaxMessageLength]; // no message is longer
    private ResponseDecoder _decoder;
    private int _length;

    /// <summary>True inside a message.</summary>
    public bool IsInsideMessage => _decoder.IsInsideMessage;

    /// <summary>Takes bytes up to the end of the next message; see <see cref="ResponseDecoder"/>.</summary>
    /// <param name="input">The bytes that follow those already taken.</param>
    /// <param name="consumed">How many of them were taken: all with <see cref="DecodeStatus.NeedMore"/>.</param>
    /// <param name="response">The answer, with <see cref="DecodeStatus.Message"/>.</param>
    /// <param name="path">What the answer reports; null for nothing.</param>
    /// <returns>What was found.</returns>
    public DecodeStatus Decode(ReadOnlySpan<byte> input, out int consumed, out Response response, out PathReport? path)
    {
        path = null;
        DecodeStatus status = _decoder.Decode(input, out consumed, out response);
        ReadOnlySpan<byte> taken = input[..consumed];
        if (_length == 0)
            taken = taken[JsonScanner.CountWhiteSpace(taken)..];
        if (status is DecodeStatus.NeedMore or DecodeStatus.Message)
        {
            taken.CopyTo(_text.AsSpan(_length));
            _length += taken.Length;
        }

        if (status == DecodeStatus.Message)
            path = PathReport.Read(_text.AsSpan(0, _length));
        if (status != DecodeStatus.NeedMore)
            _length = 0;
        return status;
    }
}
