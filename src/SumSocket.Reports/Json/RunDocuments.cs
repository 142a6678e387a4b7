using System.Text.Json.Serialization;

namespace SumSocket.Reports.Json;

/// <summary>What a document of any command says of its run; results of earlier versions of some do not.</summary>
internal abstract record RunDocument
{
    [JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public ProgramDocument? Program { get; init; }

    [JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MachineDocument? Machine { get; init; }

    [JsonPropertyOrder(1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? StartedAt { get; init; }
}

internal sealed record ProgramDocument(string Name, string Version, string Runtime)
{
    public static ProgramDocument Of(RunInfo run) => new(run.Program, run.Version, run.Runtime);
}

internal sealed record MachineDocument(string Host, string System, string Architecture, Count Processors)
{
    public static MachineDocument Of(RunInfo run) => new(run.Host, run.System, run.Architecture, run.Processors);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, GenerationMode = JsonSourceGenerationMode.Metadata,
    RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true,
    Converters =
    [
        typeof(JsonWordConverter<IdleMode>), typeof(JsonWordConverter<KeepAliveHelp>), typeof(JsonWordConverter<SilenceBreaker>),
        typeof(JsonWordConverter<SilenceEnd>), typeof(JsonWordConverter<EndedBy>), typeof(JsonWordConverter<StormCut>),
    ])]
[JsonSerializable(typeof(IdleDocument))]
[JsonSerializable(typeof(StormDocument))]
internal sealed partial class RunContext : JsonSerializerContext;

/// <summary>An enum as a word: <c>rst_on_byte</c>.</summary>
internal sealed class JsonWordConverter<T>() : JsonStringEnumConverter<T>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where T : struct, Enum;
