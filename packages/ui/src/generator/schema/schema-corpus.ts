// Schemas in the shapes that generators print: pydantic 1 and 2, zod's toJSONSchema, OpenAPI 3.0 and 3.1, and by hand.

export interface CorpusCase {
  readonly name: string
  readonly schema: unknown
  /** `path: kind` of each field, nested ones indented by their path; `?` is under "more settings". */
  readonly fields: readonly string[]
  readonly defaults?: object
  /** An input that fits. */
  readonly good?: object
  /** Inputs that do not fit, with the pointers and keywords said. */
  readonly bad?: readonly (readonly [input: object, ...issues: string[]])[]
}

export const corpus: readonly CorpusCase[] = [
  {
    name: 'pydantic 2: a picture from a prompt, nullable by anyOf, enum by $ref',
    schema: {
      $defs: { Ratio: { enum: ['1:1', '16:9', '9:16', '4:3', '21:9'], title: 'Ratio', type: 'string' } },
      properties: {
        prompt: { description: 'What to draw.', title: 'Prompt', type: 'string' },
        aspect_ratio: { $ref: '#/$defs/Ratio', default: '1:1' },
        seed: { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }], default: null, title: 'Seed' },
        num_inference_steps: { default: 4, maximum: 12, minimum: 1, title: 'Num Inference Steps', type: 'integer' },
        safe: { default: true, title: 'Safe', type: 'boolean' },
      },
      required: ['prompt'],
      title: 'AppInput',
      type: 'object',
    },
    fields: ['prompt: text', 'aspect_ratio: choice', 'seed: number', 'num_inference_steps: number', 'safe: switch'],
    defaults: { aspect_ratio: '1:1', num_inference_steps: 4, safe: true },
    good: { prompt: 'a lake', seed: null },
    bad: [
      [{}, '/prompt required'],
      [{ prompt: 'a', num_inference_steps: 13 }, '/num_inference_steps maximum'],
      [{ prompt: 'a', seed: -1 }, '/seed minimum'],
      [{ prompt: 'a', aspect_ratio: '2:1' }, '/aspect_ratio enum'],
      [{ prompt: 3, safe: 'yes' }, '/prompt type', '/safe type'],
    ],
  },
  {
    name: 'pydantic 1: definitions, allOf around one reference',
    schema: {
      title: 'Input',
      type: 'object',
      definitions: {
        Size: {
          title: 'Size',
          type: 'object',
          properties: { width: { type: 'integer', default: 512 }, height: { type: 'integer', default: 512 } },
        },
      },
      properties: { text: { type: 'string' }, size: { title: 'Size of it', allOf: [{ $ref: '#/definitions/Size' }] } },
      required: ['text'],
    },
    fields: ['text: text', 'size: group', 'size/width: number', 'size/height: number'],
    defaults: {},
    bad: [[{ text: 'x', size: { width: 'wide' } }, '/size/width type']],
  },
  {
    name: 'zod 4: const discriminator in a union',
    schema: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      type: 'object',
      properties: {
        source: {
          oneOf: [
            {
              type: 'object',
              properties: { type: { type: 'string', const: 'text' }, text: { type: 'string' } },
              required: ['type', 'text'],
              additionalProperties: false,
            },
            {
              type: 'object',
              properties: { type: { type: 'string', const: 'page' }, url: { type: 'string', format: 'uri' } },
              required: ['type', 'url'],
              additionalProperties: false,
            },
          ],
        },
        tags: { type: 'array', items: { type: 'string' }, minItems: 1 },
      },
      required: ['source', 'tags'],
      additionalProperties: false,
    },
    fields: ['source: variants', 'source/text: text', 'source/url: text', 'tags: list', 'tags/*: text'],
    good: { source: { type: 'text', text: 'x' }, tags: ['a'] },
    bad: [[{ source: { type: 'text', text: 'x' }, tags: [] }, '/tags minItems']],
  },
  {
    name: 'zod: literals as a union, optional record and tuple',
    schema: {
      type: 'object',
      properties: {
        quality: {
          anyOf: [
            { type: 'string', const: 'low' },
            { type: 'string', const: 'high' },
          ],
        },
        headers: { type: 'object', propertyNames: { type: 'string' }, additionalProperties: { type: 'string' } },
        box: { type: 'array', prefixItems: [{ type: 'number' }, { type: 'number' }] },
      },
    },
    fields: ['quality: choice', 'headers: json', 'box: json'],
  },
  {
    name: 'OpenAPI 3.0: nullable, exclusiveMinimum as a boolean, binary',
    schema: {
      type: 'object',
      properties: {
        audio: { type: 'string', format: 'binary' },
        language: { type: 'string', nullable: true },
        temperature: { type: 'number', minimum: 0, exclusiveMinimum: true, maximum: 2 },
      },
      required: ['audio'],
    },
    fields: ['audio: file', 'language: text', 'temperature: number'],
    good: { audio: 'https://a.example/a.wav', language: null, temperature: 0.5 },
    bad: [
      [{ audio: 'https://a.example/a.wav', temperature: 0 }, '/temperature exclusiveMinimum'],
      [{ audio: 'https://a.example/a.wav', temperature: 3 }, '/temperature maximum'],
    ],
  },
  {
    name: 'OpenAPI 3.1: types with null, contentMediaType',
    schema: {
      type: 'object',
      properties: {
        picture: { type: 'string', contentMediaType: 'image/png', contentEncoding: 'base64' },
        strength: { type: ['number', 'null'], minimum: 0, maximum: 1 },
      },
    },
    fields: ['picture: file', 'strength: number'],
  },
  {
    name: 'a model server: x-order, uri for files, enum by allOf',
    schema: {
      type: 'object',
      title: 'Input',
      properties: {
        guidance: { type: 'number', title: 'Guidance', default: 3.5, minimum: 0, maximum: 10, 'x-order': 2 },
        prompt: { type: 'string', title: 'Prompt', 'x-order': 0 },
        image: { type: 'string', title: 'Image', format: 'uri', 'x-order': 1 },
        output_format: { allOf: [{ enum: ['webp', 'jpg', 'png'], type: 'string' }], default: 'webp', 'x-order': 3 },
      },
      required: ['prompt'],
    },
    fields: ['prompt: text', 'image: file', 'guidance: number', 'output_format: choice'],
    defaults: { guidance: 3.5, output_format: 'webp' },
  },
  {
    name: 'inference.sh: a file as an object or an address, an array of files',
    schema: {
      type: 'object',
      properties: {
        video: { type: 'object', format: 'file', properties: { uri: { type: 'string' } }, required: ['uri'] },
        frames: { type: 'array', items: { type: 'string', format: 'file' }, maxItems: 4 },
        mask: {
          anyOf: [
            { type: 'string', format: 'file' },
            { type: 'object', properties: { uri: { type: 'string' } } },
            { type: 'null' },
          ],
        },
      },
      required: ['video'],
    },
    fields: ['video: file', 'frames: list', 'frames/*: file', 'mask: file'],
    bad: [[{ video: { uri: 'x' }, frames: ['a', 'b', 'c', 'd', 'e'] }, '/frames maxItems']],
  },
  {
    name: 'a tree that holds itself',
    schema: {
      $defs: {
        Node: {
          type: 'object',
          properties: { name: { type: 'string' }, children: { type: 'array', items: { $ref: '#/$defs/Node' } } },
        },
      },
      $ref: '#/$defs/Node',
    },
    fields: ['name: text', 'children: json'],
    bad: [[{ name: 'a', children: [{ name: 1 }] }, '/children/0/name type']],
  },
  {
    name: 'a reference to itself, and one to nothing',
    schema: { type: 'object', properties: { loop: { $ref: '#/properties/loop' }, gone: { $ref: '#/$defs/none' } } },
    fields: ['loop: json', 'gone: json'],
  },
  {
    name: 'many fields: the important ones first',
    schema: {
      type: 'object',
      properties: {
        a: { type: 'string' },
        b: { type: 'integer' },
        c: { type: 'boolean' },
        d: { type: 'number' },
        e: { type: 'string' },
        f: { type: 'string' },
        prompt: { type: 'string' },
      },
      required: ['b'],
    },
    fields: ['b: number', 'prompt: text', '? a: text', '? c: switch', '? d: number', '? e: text', '? f: text'],
  },
  {
    name: 'a union at the root',
    schema: {
      oneOf: [
        { title: 'By words', type: 'object', properties: { words: { type: 'string' } }, required: ['words'] },
        {
          title: 'By example',
          type: 'object',
          properties: { image: { type: 'string', format: 'uri' } },
          required: ['image'],
        },
      ],
    },
    fields: [': variants', 'words: text', 'image: file'],
  },
  { name: 'no schema', schema: undefined, fields: [] },
  { name: 'an empty one', schema: {}, fields: [] },
  {
    name: 'an app without inputs',
    schema: { type: 'object', properties: {}, additionalProperties: false },
    fields: [],
  },
  {
    name: 'a wrong one',
    schema: { type: 5, properties: { a: 7, b: null, c: { type: 'strin' }, d: [] }, required: 'a' },
    fields: ['a: json', 'b: json', 'c: json', 'd: json'],
  },
  {
    name: 'defaults that do not fit',
    schema: {
      type: 'object',
      properties: {
        n: { type: 'integer', default: 'four' },
        s: { type: 'string', default: 7 },
        b: { type: 'boolean', default: 'yes' },
        e: { enum: ['x'], default: 'y' },
        l: { type: 'array', items: { type: 'string' }, default: 'a' },
      },
    },
    fields: ['n: number', 's: text', 'b: switch', 'e: choice', 'l: list', 'l/*: text'],
    defaults: {},
    good: {},
  },
  { name: 'no object', schema: 'nonsense', fields: [] },
  {
    name: 'keys that are names of prototypes',
    schema: JSON.parse(
      '{"type":"object","properties":{"__proto__":{"type":"string"},"constructor":{"type":"integer","default":1},"a/b~c":{"type":"boolean"}}}',
    ),
    fields: ['__proto__: text', 'constructor: number', 'a/b~c: switch'],
  },
  {
    name: 'nested objects beyond the fourth level are JSON',
    schema: [1, 2, 3, 4, 5, 6].reduce<object>((inner) => ({ type: 'object', properties: { in: inner } }), {
      type: 'string',
    }),
    fields: ['in: group', 'in/in: group', 'in/in/in: group', 'in/in/in/in: group', 'in/in/in/in/in: json'],
  },
]
