namespace SumSocket.Client.Tcp;

/// <summary>Cuts what comes over a connection that is examined into results.</summary>
internal sealed class ProbeReader
{
    private const int MostFirstBytes = 64;

    private readonly byte[] _first = new byte[MostFirstBytes];
    private int _firstLength;
    private byte[] _rest = [];
    private readonly ProbeResponseDecoder _decoder = new();

    /// <summary>Whether bytes are left that have not been looked at.</summary>
    public bool HasMore => _rest.Length > 0;

    /// <summary>Whether an answer has begun and not ended.</summary>
    public bool IsInsideAnswer => _decoder.IsInsideMessage;

    /// <summary>Takes bytes up to the next result and keeps those behind it.</summary>
    /// <param name="bytes">The bytes that follow; none while there are some left.</param>
    /// <param name="at">When they came.</param>
    /// <returns>Null when more are needed.</returns>
    public ProbeResult? Take(ReadOnlySpan<byte> bytes, long at)
    {
        if (HasMore)
            bytes = _rest;
        _rest = [];
        if (!IsInsideAnswer)
            _firstLength = 0;
        ReadOnlySpan<byte> first = bytes[..Math.Min(bytes.Length, MostFirstBytes - _firstLength)];
        first.CopyTo(_first.AsSpan(_firstLength));
        _firstLength += first.Length;

        DecodeStatus status = _decoder.Decode(bytes, out int consumed, out Response response, out PathReport? path);
        switch (status)
        {
            case DecodeStatus.NeedMore:
                return null;
            case DecodeStatus.Message:
                _rest = bytes[consumed..].TrimEnd(" \t\r\n"u8).ToArray();
                return new ProbeResult(ProbeOutcome.Answered, at) { Response = response, Path = path };
            default:
                return new ProbeResult(ProbeOutcome.Foreign, at) { FirstBytes = _first.AsMemory(0, _firstLength) };
        }
    }
}
